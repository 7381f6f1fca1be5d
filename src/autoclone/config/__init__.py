"""What users write, checked: the DAG document, the settings, and the kinds of value both are made of."""
