"""The primary's process is killed, suspended or stopped: nothing doubled, nothing lost, and back in time."""

from evidence import Pause
from fault_case import NOTICES, FaultCase
from trio import SESSION, WITHIN


async def test_kill_9_in_mid_ramp(case: FaultCase) -> None:
    first = await case.three.primary()
    await case.ramp(5)
    await case.clones(3)
    killed = case.now()
    first.kill()
    await case.taken_over(killed, first)
    first.start()
    await case.settled()
    assert await first.role() == "secondary"
    await case.judged([killed])


async def test_a_server_suspended_past_its_session_and_let_run_again(case: FaultCase) -> None:
    first = await case.three.primary()
    await case.ramp(6)
    await case.clones(3)
    suspended = case.now()
    first.suspend()
    claim = await case.taken_over(suspended, first)
    await case.clones(4)
    former, written = claim.epoch - 1, len(first.log)
    resumed = case.now()
    first.resume()
    case.grace[former] = Pause(resumed, resumed + NOTICES)
    await case.three.until(first.answers)
    await case.three.until(lambda: "This server is a secondary" in first.log[written:])
    assert await first.role() == "secondary"
    await case.settled()
    evidence = await case.judged([suspended])
    assert not [one for one in evidence.told if one.epoch == former and one.at > suspended]


async def test_a_graceful_stop_hands_over_at_once(case: FaultCase) -> None:
    first = await case.three.primary()
    await case.ramp(5)
    await case.clones(3)
    stopping = case.now()
    await first.end()
    ended = case.now()
    claim = await case.next_claim(stopping)
    assert first.exit_code == 0
    assert claim.at - ended < SESSION / 2
    first.start()
    await case.settled()
    await case.judged([stopping])


async def test_a_rolling_restart_of_all_three(case: FaultCase) -> None:
    await case.ramp(10)
    await case.clones(2)
    stops = []
    for server in case.three.servers:
        stops.append(case.now())
        await server.end()
        assert server.exit_code == 0
        server.start()
        await case.three.until(server.answers, WITHIN)
        await case.three.primary()
    await case.settled()
    await case.judged(stops)
