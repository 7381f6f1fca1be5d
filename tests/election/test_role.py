"""The tables: every pair is there, and nobody acts whom either authority would not let."""

from itertools import product

import pytest

from election.role import (
    MANDATES,
    TITLES,
    VERDICTS,
    Connection,
    Epoch,
    Lease,
    LeaseStep,
    Lock,
    Mandate,
    Role,
    Title,
    Verdict,
    decide,
)

EVERY_CASE = list(product(Connection, Lock, Lease, Epoch))


def test_the_tables_are_whole() -> None:
    assert set(MANDATES) == set(product(Connection, Lock))
    assert set(TITLES) == set(product(Lease, Epoch))
    assert set(VERDICTS) == set(product(Mandate, Title))


def test_a_case_that_is_not_in_the_table_raises() -> None:
    with pytest.raises(KeyError):
        decide("connected?", Lock.HELD, Lease.HELD, Epoch.CURRENT)  # type: ignore[arg-type] # that is the point


def test_whoever_acts_has_the_lease_and_the_epoch_in_force() -> None:
    for case in EVERY_CASE:
        _, _, lease, epoch = case
        if decide(*case).role.acts:
            assert (lease, epoch) == (Lease.HELD, Epoch.CURRENT)


def test_nobody_acts_who_cannot_be_sure_of_zookeeper_or_knows_another_elected() -> None:
    for case in EVERY_CASE:
        connection, lock, _, _ = case
        outvoted = connection is Connection.CONNECTED and lock is Lock.OTHERS
        if connection in {Connection.SUSPENDED, Connection.LOST} or lock is Lock.RESIGNED or outvoted:
            assert not decide(*case).role.acts


def test_a_lease_is_claimed_only_where_it_is_free_or_silent_or_ones_own() -> None:
    for case in EVERY_CASE:
        step = decide(*case).lease
        if step is LeaseStep.CLAIM:
            assert case[2] in {Lease.FREE, Lease.SILENT, Lease.HELD}
        if step in {LeaseStep.RENEW, LeaseStep.RELEASE}:
            assert case[2] in {Lease.HELD, Lease.UNCONFIRMED}


def test_only_one_that_is_elected_takes_the_lease_of_a_silent_server() -> None:
    for case in EVERY_CASE:
        if case[2] is Lease.SILENT and decide(*case).lease is LeaseStep.CLAIM:
            assert case[:2] == (Connection.CONNECTED, Lock.HELD)


def test_only_a_server_that_zookeeper_still_backs_keeps_its_clones_while_the_store_is_silent() -> None:
    for case in EVERY_CASE:
        if case[2] is Lease.UNCONFIRMED and decide(*case).role is Role.SUSPENDED:
            assert MANDATES[case[:2]] in {Mandate.ELECTED, Mandate.PAUSED}


@pytest.mark.parametrize(
    ("case", "role", "step"),
    [
        ("connected held free none", Role.SECONDARY, LeaseStep.CLAIM),
        ("connected held held current", Role.PRIMARY, LeaseStep.RENEW),
        ("connected held held stale", Role.SECONDARY, LeaseStep.CLAIM),
        ("connected held silent none", Role.SECONDARY, LeaseStep.CLAIM),
        ("connected held unconfirmed current", Role.SUSPENDED, LeaseStep.RENEW),
        ("connected held unknown current", Role.SECONDARY, LeaseStep.LEAVE),
        ("unavailable held unconfirmed current", Role.SECONDARY, LeaseStep.LEAVE),
        ("unavailable undecided silent none", Role.SECONDARY, LeaseStep.LEAVE),
        ("connected held taken stale", Role.SECONDARY, LeaseStep.LEAVE),
        ("connected others free none", Role.SECONDARY, LeaseStep.LEAVE),
        ("connected others held current", Role.SECONDARY, LeaseStep.RELEASE),
        ("connected undecided free none", Role.SECONDARY, LeaseStep.LEAVE),
        ("connected undecided held current", Role.DEFAULT_PRIMARY, LeaseStep.RENEW),
        ("connected resigned held current", Role.SECONDARY, LeaseStep.RELEASE),
        ("suspended held held current", Role.SUSPENDED, LeaseStep.RENEW),
        ("suspended others free none", Role.SECONDARY, LeaseStep.LEAVE),
        ("lost held held current", Role.SECONDARY, LeaseStep.RELEASE),
        ("lost undecided free none", Role.SECONDARY, LeaseStep.LEAVE),
        ("unavailable undecided free none", Role.SECONDARY, LeaseStep.CLAIM),
        ("unavailable held held current", Role.DEFAULT_PRIMARY, LeaseStep.RENEW),
        ("unavailable undecided taken none", Role.SECONDARY, LeaseStep.LEAVE),
        ("unavailable undecided unknown current", Role.SECONDARY, LeaseStep.LEAVE),
        ("unavailable resigned free none", Role.SECONDARY, LeaseStep.LEAVE),
    ],
)
def test_what_follows_from_what(case: str, role: Role, step: LeaseStep) -> None:
    connection, lock, lease, epoch = case.split()
    verdict = decide(Connection(connection), Lock(lock), Lease(lease), Epoch(epoch))
    assert verdict == Verdict(role, step)
