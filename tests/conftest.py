"""What every test shares: how Hypothesis looks for counterexamples.

`ci` tries the same examples each time, so that a red build is red again on the next machine. `explore` tries
new ones, and many more of them: `HYPOTHESIS_PROFILE=explore pytest tests/core --timeout=0`.
"""

import os

from hypothesis import HealthCheck, Phase, settings

# How long an example takes says more about the machine than about the code.
PATIENT = {"deadline": None, "suppress_health_check": [HealthCheck.too_slow]}

# Explaining a failure takes minutes, and a build has only some.
BRISK = (Phase.explicit, Phase.generate, Phase.shrink)

settings.register_profile("ci", derandomize=True, database=None, max_examples=60, phases=BRISK, **PATIENT)
settings.register_profile("explore", max_examples=2000, **PATIENT)
settings.load_profile(os.environ.get("HYPOTHESIS_PROFILE", "ci"))
