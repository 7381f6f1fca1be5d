"""Every kind of problem the API answers with (RFC 9457). docs/http.md explains each one."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

URN = "urn:autoclone:problem:"


@dataclass(frozen=True, slots=True)
class ProblemType:
    """One kind of problem.

    Attributes:
        slug: what it is called; part of the contract, never renamed.
        status: the HTTP status it comes with.
        title: the same in words, whatever the occurrence.
        detail: an example of what is said of one occurrence.
        extensions: an example of the further members it carries.
    """

    slug: str
    status: int
    title: str
    detail: str
    extensions: Mapping[str, Any] = field(default_factory=dict)

    @property
    def uri(self) -> str:
        """The `type` member."""
        return URN + self.slug

    @property
    def example(self) -> dict[str, Any]:
        """A whole problem of this kind, for the documentation."""
        head = {"type": self.uri, "title": self.title, "status": self.status, "detail": self.detail}
        return {**head, **self.extensions}


MALFORMED_HEADER = ProblemType(
    "malformed-header",
    400,
    "A header is malformed",
    'If-Match = "3: it is not a list of entity tags. Write * or tags in double quotes, such as "3".',
    {"header": "If-Match"},
)
MANAGED_CLONE = ProblemType(
    "managed-clone",
    403,
    "AutoClone manages this clone",
    "'orders_20250125090000' is a clone that AutoClone manages for 'orders'. "
    "Change, stop or suspend 'orders' instead.",
    {"name": "orders_20250125090000", "parent": "orders"},
)
CROSS_SITE = ProblemType(
    "cross-site",
    403,
    "Another website had a browser send this",
    "Sec-Fetch-Site: cross-site: another website had this sent. Nothing was changed. Open this server's own "
    "pages, or use a program.",
)
UNKNOWN_DAG = ProblemType(
    "unknown-dag",
    404,
    "There is no such DAG",
    "There is no DAG named 'order'. Did you mean 'orders'?",
    {"name": "order", "nearest": "orders"},
)
UNKNOWN_PATH = ProblemType(
    "unknown-path",
    404,
    "There is nothing at this path",
    "There is nothing at /api/v1/dag. /docs lists what there is.",
)
METHOD_NOT_ALLOWED = ProblemType(
    "method-not-allowed",
    405,
    "This path has no such method",
    "PATCH is not possible on /api/v1/dags/orders. Use DELETE, GET, HEAD, PUT.",
    {"allow": ["DELETE", "GET", "HEAD", "PUT"]},
)
DAG_EXISTS = ProblemType(
    "dag-exists",
    409,
    "The DAG exists already",
    "A DAG named 'orders' exists already. Replace it with PUT, or choose another name.",
    {"name": "orders"},
)
AUTOCLONE_OFF = ProblemType(
    "autoclone-off",
    409,
    "AutoClone is off for this DAG",
    "There is no ramp of 'orders' to hold. AutoClone is off: ramp_count is 0. Give it a window and a "
    "ramp_count first.",
    {"name": "orders"},
)
NEEDS_CONFIRMATION = ProblemType(
    "needs-confirmation",
    409,
    "The write has to be confirmed",
    "This would delete 3 running clones of 'orders', more than may go unasked, so nothing was changed. Look "
    "at the plan with ?dry_run=true; if that is meant, repeat it with ?confirm=5c7f3a0d9be41c26.",
    {
        "name": "orders",
        "plan": "5c7f3a0d9be41c26",
        "clones": ["orders_20250125090000", "orders_20250125090100", "orders_20250125090200"],
    },
)
REVISION_MISMATCH = ProblemType(
    "revision-mismatch",
    412,
    "The definition is not what you expected",
    "'orders' is at revision 4, which your If-Match or If-None-Match rules out. "
    "Read it again, then repeat your change.",
    {"name": "orders", "revision": 4},
)
BODY_TOO_LARGE = ProblemType(
    "body-too-large",
    413,
    "The body is too large",
    "The body is larger than 1048576 bytes. Make it smaller, or have the server allow more with "
    "AUTOCLONE_MAX_BODY_BYTES.",
    {"max_bytes": 1048576},
)
UNSUPPORTED_MEDIA_TYPE = ProblemType(
    "unsupported-media-type",
    415,
    "The body is not sent as JSON",
    "Content-Type = text/plain: only JSON is read here. Send Content-Type: application/json.",
    {"header": "Content-Type"},
)
INVALID_INPUT = ProblemType(
    "invalid-input",
    422,
    "Something in the request is wrong; nothing was changed",
    'autoclone.ramp_up_time = "9:00": is not a time of four digits. Write "0900"',
    {
        "errors": [
            {
                "field": "autoclone.ramp_up_time",
                "value": '"9:00"',
                "problem": "is not a time of four digits",
                "remedy": 'Write "0900"',
            }
        ]
    },
)
INTERNAL_ERROR = ProblemType(
    "internal-error",
    500,
    "The server failed",
    "The request failed inside the server, which is not your fault. The server's log says why.",
)
UNAVAILABLE = ProblemType(
    "unavailable",
    503,
    "Not possible just now",
    "What the request needs is not available just now. Try again after Retry-After; "
    "the server's log says why.",
)
TOO_MANY_STREAMS = ProblemType(
    "too-many-streams",
    503,
    "Too many streams are open",
    "1000 streams are open, and this server allows no more. Try again after Retry-After, or have it allow "
    "more with AUTOCLONE_MAX_STREAMS.",
    {"max_streams": 1000},
)
AT_THE_PRIMARY = ProblemType(
    "at-the-primary",
    307,
    "The primary does this",
    "This server is not the primary, so nothing was changed. The primary is http://autoclone-2:8000: send it "
    "there.",
    {"primary": "http://autoclone-2:8000"},
)
NOT_PRIMARY = ProblemType(
    "not-primary",
    503,
    "No primary to do this just now",
    "This server is not the primary, so nothing was changed. No primary is known just now. Try again after "
    "Retry-After.",
)
NOT_READY = ProblemType(
    "not-ready",
    503,
    "The server is not ready",
    "Not in order: store. The checks say what is wrong.",
    {"checks": {"started": "ok", "store": "the database is locked", "loop": "ok"}},
)

# What a server that is not the primary answers to a change.
ELSEWHERE = (AT_THE_PRIMARY, NOT_PRIMARY)

CATALOGUE = (
    MALFORMED_HEADER,
    MANAGED_CLONE,
    CROSS_SITE,
    UNKNOWN_DAG,
    UNKNOWN_PATH,
    METHOD_NOT_ALLOWED,
    DAG_EXISTS,
    NEEDS_CONFIRMATION,
    AUTOCLONE_OFF,
    REVISION_MISMATCH,
    BODY_TOO_LARGE,
    UNSUPPORTED_MEDIA_TYPE,
    INVALID_INPUT,
    INTERNAL_ERROR,
    UNAVAILABLE,
    TOO_MANY_STREAMS,
    AT_THE_PRIMARY,
    NOT_PRIMARY,
    NOT_READY,
)
