"""A setting that cannot be meant is refused before anything is connected, by its name."""

from datetime import timedelta

import pytest

from election.base import Misconfigured
from election.settings import ZooKeeperSettings


@pytest.mark.parametrize("hosts", ["zk1", "zk1:2181,zk2:2181,zk3:2181", "[::1]:2181"])
def test_hosts_are_a_list(hosts: str) -> None:
    assert ZooKeeperSettings(hosts).hosts == hosts


@pytest.mark.parametrize("hosts", ["", "zk1:many", "zk1:2181,", "zk1:99999"])
def test_hosts_that_are_no_list_are_refused(hosts: str) -> None:
    with pytest.raises(Misconfigured, match=r"^zookeeper_hosts = .* no list of servers\. Write"):
        ZooKeeperSettings(hosts)


def test_a_chroot_at_the_end_of_the_hosts_belongs_elsewhere() -> None:
    with pytest.raises(Misconfigured, match=r"^zookeeper_hosts = .*which is zookeeper_chroot"):
        ZooKeeperSettings("zk1:2181/autoclone")


@pytest.mark.parametrize("chroot", ["autoclone", "/autoclone/", "/"])
def test_a_chroot_that_is_no_path_is_refused(chroot: str) -> None:
    with pytest.raises(Misconfigured, match=r"^zookeeper_chroot = '.*': this is no path"):
        ZooKeeperSettings("zk1", chroot=chroot)


@pytest.mark.parametrize("digest", ["geheim", ":geheim", "user:"])
def test_a_digest_that_is_no_user_and_password_is_refused_and_not_shown(digest: str) -> None:
    with pytest.raises(Misconfigured, match=r"^zookeeper_digest: this is no user and password") as refused:
        ZooKeeperSettings("zk1", digest=digest)
    assert "geheim" not in str(refused.value)
    assert refused.value.setting == "zookeeper_digest"


def test_a_session_too_short_to_be_kept_is_refused() -> None:
    with pytest.raises(Misconfigured, match=r"^zookeeper_session_timeout = 0.5s: this is too short"):
        ZooKeeperSettings("zk1", session_timeout=timedelta(seconds=0.5))


def test_a_digest_is_in_no_representation() -> None:
    assert "geheim" not in repr(ZooKeeperSettings("zk1", digest="user:geheim"))
