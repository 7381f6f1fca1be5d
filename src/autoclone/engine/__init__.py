"""The shell around the core: decides, commits, then acts."""
