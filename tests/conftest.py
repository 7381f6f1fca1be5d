"""What every test shares: how Hypothesis looks for counterexamples.

`ci` tries the same examples each time, so that a red build is red again on the next machine. `explore` tries
new ones, and many more of them: `HYPOTHESIS_PROFILE=explore pytest tests/core --timeout=0`.
"""

import os
from collections.abc import Iterator

import pytest
from hypothesis import HealthCheck, Phase, settings

import kafka_kit
import postgres_kit
from secured_kafka import Secured, secured_broker

# How long an example takes says more about the machine than about the code.
PATIENT = {"deadline": None, "suppress_health_check": [HealthCheck.too_slow]}

# Explaining a failure takes minutes, and a build has only some.
BRISK = (Phase.explicit, Phase.generate, Phase.shrink)

settings.register_profile("ci", derandomize=True, database=None, max_examples=60, phases=BRISK, **PATIENT)
settings.register_profile("explore", max_examples=2000, **PATIENT)
settings.load_profile(os.environ.get("HYPOTHESIS_PROFILE", "ci"))


@pytest.fixture(scope="session")
def postgres() -> Iterator[postgres_kit.Postgres]:
    """A PostgreSQL server, one for each process that runs tests. Whoever stops it starts it again."""
    with postgres_kit.running() as server:
        yield server


@pytest.fixture
def address(postgres: postgres_kit.Postgres) -> str:
    """The address of a new, empty database."""
    return postgres.address(postgres.database())


@pytest.fixture(scope="session")
def kafka(tmp_path_factory: pytest.TempPathFactory) -> Iterator[kafka_kit.Brokers]:
    """A Kafka broker, one for each process that runs tests. Whoever stops it starts it again."""
    with kafka_kit.brokers(tmp_path_factory.mktemp("kafka")) as servers:
        yield servers


@pytest.fixture(scope="session")
def secured(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Secured]:
    """A Kafka broker that is spoken to safely, likewise."""
    with secured_broker(tmp_path_factory.mktemp("secured")) as found:
        yield found
