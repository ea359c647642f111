"""What Meta's refusals mean: one table from (code, subcode) to the verdict.

`again` says what another try would be, `delay` the seconds before it, `most` the tries it is worth in all.
`blocks`: a person must mend the account first. `proof`: the answer proves that a call to publish had no
effect; all others leave doubt. `verdicts` says how the table is read.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from adapters.graph_api.stages import Stage
from domain.errors import (
    AccountRestricted,
    AuthFailed,
    CapabilityUnavailable,
    ContainerExpired,
    DomainError,
    DuplicatePost,
    InstagramQuotaReached,
    InstagramThrottled,
    InvalidCarousel,
    InvalidTags,
    MediaFetchFailed,
    MediaInvalid,
    PermissionMissing,
    TokenExpired,
    UnknownError,
    ValidationError,
)
from domain.upstream import Again

Codes = int | Iterable[int] | None

NEVER, SAME, NEW, READY = Again.NEVER, Again.SAME_CALL, Again.NEW_CONTAINER, Again.NOT_READY
QUOTA, THROTTLE = Again.AFTER_QUOTA, Again.AFTER_THROTTLE
HOUR = 3600.0
AUDIO = (9050, 9052, *range(9054, 9059), 9060, *range(9062, 9065))


@dataclass(frozen=True)
class Row:
    """One refusal and what to do about it."""

    code: Codes
    subcode: Codes
    error: type[DomainError]
    again: Again
    delay: float | None
    most: int
    blocks: bool
    proof: bool
    sentence: str
    only: Stage | None = None


# fmt: off
ROWS: tuple[Row, ...] = (
    # The token or the account: a person must act.
    #   code              subcode  error                  again     delay     most blocks proof  in our words
    Row(190,              None,    TokenExpired,          NEVER,    None,     1,   True,  True,  "Instagram no longer accepts the account's token."),
    Row(190,              458,     TokenExpired,          NEVER,    None,     1,   True,  True,  "The account's owner removed this app from the account."),
    Row(190,              459,     AccountRestricted,     NEVER,    None,     1,   True,  True,  "Instagram wants the owner to log in on its website and pass a check."),
    Row(190,              460,     TokenExpired,          NEVER,    None,     1,   True,  True,  "The token ended when the password changed."),
    Row(190,              463,     TokenExpired,          NEVER,    None,     1,   True,  True,  "The account's token has run out."),
    Row(190,              464,     AccountRestricted,     NEVER,    None,     1,   True,  True,  "Instagram wants the owner to confirm the account."),
    Row(190,              467,     TokenExpired,          NEVER,    None,     1,   True,  True,  "The token ended when its owner logged out."),
    Row(190,              492,     TokenExpired,          NEVER,    None,     1,   True,  True,  "The token's owner has lost the role on the Page."),
    Row(102,              None,    TokenExpired,          NEVER,    None,     1,   True,  True,  "The login session behind the token has ended."),
    Row(25,               2207050, AccountRestricted,     NEVER,    None,     1,   True,  True,  "Instagram has restricted the account, or wants its owner to pass a check."),
    Row(10,               None,    PermissionMissing,     NEVER,    None,     1,   True,  True,  "Instagram says that a permission is missing or was withdrawn."),
    Row(range(200, 300),  None,    PermissionMissing,     NEVER,    None,     1,   True,  True,  "Instagram says that a permission is missing or was withdrawn."),
    Row(3,                None,    PermissionMissing,     NEVER,    None,     1,   False, True,  "The app may not use this ability."),
    # 2207051 came while the post went live, and asking again makes it worse: only a person ends the block.
    Row(4,                2207051, AccountRestricted,     NEVER,    None,     1,   True,  False, "Instagram took this for spam and blocks the account for some hours."),
    # 368 passes by itself: the account is left alone for hours instead of being blocked.
    Row(368,              None,    AccountRestricted,     THROTTLE, 4 * HOUR, 3,   False, True,  "Instagram has blocked this action for a while for policy reasons."),
    # Wait: the day's posts, or too many calls.
    Row(9,                2207042, InstagramQuotaReached, QUOTA,    None,     30,  False, True,  "The account has published all that Instagram allows it within 24 hours."),
    Row(4,                None,    InstagramThrottled,    THROTTLE, HOUR,     9,   False, False, "This app has made more calls than Instagram allows it for now."),
    Row(17,               None,    InstagramThrottled,    THROTTLE, HOUR,     9,   False, True,  "This person's calls are more than Instagram allows for now."),
    Row(32,               None,    InstagramThrottled,    THROTTLE, HOUR,     9,   False, True,  "The calls for this Page are more than Facebook allows for now."),
    Row(341,              None,    InstagramThrottled,    THROTTLE, HOUR,     9,   False, False, "This app has reached one of Meta's limits for now."),
    Row(613,              None,    InstagramThrottled,    THROTTLE, HOUR,     9,   False, True,  "Calls of this kind are more than Instagram allows for now."),
    Row(80001,            None,    InstagramThrottled,    THROTTLE, HOUR,     9,   False, True,  "The calls for this Page are more than Facebook allows for now."),
    Row(80002,            None,    InstagramThrottled,    THROTTLE, HOUR,     9,   False, True,  "The calls for this account are more than Instagram allows for now."),
    # The container, or the moment.
    Row(9007,             2207027, ContainerExpired,      READY,    2.0,      7,   False, True,  "Instagram is not done with the media yet."),
    Row(24,               2207006, ContainerExpired,      NEW,      30.0,     2,   False, False, "Instagram cannot find the media it was asked about."),
    Row(24,               2207008, ContainerExpired,      SAME,     30.0,     3,   False, False, "Instagram does not know this container, or no longer does."),
    Row(-2,               2207020, ContainerExpired,      NEW,      None,     3,   False, False, "The container ran out before it was published."),
    # Fetching the file.
    Row(-2,               2207003, MediaFetchFailed,      NEW,      15.0,     4,   False, False, "Instagram took too long to fetch the file."),
    # Comes with is_transient false, yet a plain repetition has cured it.
    Row(9004,             2207052, MediaFetchFailed,      NEW,      5.0,      4,   False, True,  "Instagram could not fetch the file, or found no picture or video there."),
    Row(None,             2207077, MediaFetchFailed,      NEW,      15.0,     4,   False, False, "Instagram could not download the video."),
    # The file itself.
    Row(36000,            2207004, MediaInvalid,          NEVER,    None,     1,   False, True,  "The picture is larger than the 8 MiB that Instagram takes."),
    Row(36001,            2207005, MediaInvalid,          NEVER,    None,     1,   False, True,  "Instagram does not take this picture's format."),
    Row(36003,            2207009, MediaInvalid,          NEVER,    None,     1,   False, True,  "The picture's shape lies outside 4:5 to 1.91:1."),
    Row(352,              2207026, MediaInvalid,          NEVER,    None,     1,   False, True,  "Instagram does not take this video's format."),
    Row(None,             2207076, MediaInvalid,          NEW,      30.0,     2,   False, False, "Instagram could not process the video."),
    Row(None,             2207082, MediaInvalid,          NEW,      30.0,     2,   False, False, "Instagram could not process the video's sound."),
    Row(None,             2207085, MediaInvalid,          NEVER,    None,     1,   False, False, "Instagram could not process the video."),
    Row(None,             2207085, UnknownError,          SAME,     300.0,    3,   False, False, "Instagram could not delete it this time.", Stage.DELETE),
    Row(-1,               2207073, CapabilityUnavailable, NEVER,    None,     1,   False, True,  "Instagram does not delete media of this type."),
    # Words, tags and options.
    Row(1,                2207057, ValidationError,       NEVER,    None,     1,   False, True,  "The cover's moment lies outside the video."),
    Row(36004,            2207010, ValidationError,       NEVER,    None,     1,   False, True,  "The caption has too many characters, hashtags or mentions."),
    Row(100,              2207023, ValidationError,       NEVER,    None,     1,   False, True,  "Instagram does not know this type of media."),
    Row(100,              2207028, InvalidCarousel,       NEVER,    None,     1,   False, True,  "A carousel takes between two and ten files."),
    Row(100,              2207035, InvalidTags,           NEVER,    None,     1,   False, True,  "A product tag on a video has no place."),
    Row(100,              2207036, InvalidTags,           NEVER,    None,     1,   False, True,  "A product tag on a picture needs a place."),
    Row(100,              2207037, InvalidTags,           NEVER,    None,     1,   False, True,  "A product that is tagged is gone or may not be tagged."),
    # `people` tells tags from collaborators and mentions.
    Row(100,              2207040, InvalidTags,           NEVER,    None,     1,   False, True,  "More people are tagged than the 20 that Instagram allows."),
    Row(110,              2207018, InvalidTags,           NEVER,    None,     1,   False, True,  "Instagram cannot load somebody who is tagged or invited: private, unknown, or not open to invitations."),
    Row(100,              2207067, ValidationError,       NEVER,    None,     1,   False, True,  "A single video is published as REELS."),
    Row(None,             2207081, CapabilityUnavailable, NEVER,    None,     1,   False, True,  "This account cannot publish trial reels."),
    Row(10,               9053,    CapabilityUnavailable, NEVER,    None,     1,   False, True,  "Changing a reel's sound is not enabled for this app."),
    Row(100,              AUDIO,   ValidationError,       NEVER,    None,     1,   False, True,  "Instagram does not take this choice of sound."),
    # 100/33 is three causes with one message (missing, forbidden, impossible), hence no proof of anything.
    Row(100,              33,      PermissionMissing,     SAME,     60.0,     3,   False, False, "Instagram finds nothing there that this token may use."),
    Row(100,              33,      PermissionMissing,     NEVER,    None,     1,   False, True,  "Instagram finds nothing there that this token may delete.", Stage.DELETE),
    Row(100,              (36007, 36008, 36009), AuthFailed, NEVER, None,     1,   False, True,  "The login's code was used, has run out, or belongs to another address."),
    Row(100,              None,    ValidationError,       NEVER,    None,     1,   False, True,  "Instagram does not accept a value of this post."),
    # Their trouble.
    Row(-1,               2207001, UnknownError,          SAME,     10.0,     4,   False, False, "Instagram had a fault of its own."),
    Row(-1,               2207032, UnknownError,          SAME,     10.0,     4,   False, False, "Instagram could not make the container."),
    Row(-1,               2207053, UnknownError,          NEW,      15.0,     4,   False, False, "The video did not reach Instagram whole."),
    Row(-1,               None,    UnknownError,          SAME,     10.0,     4,   False, False, "Instagram had a fault of its own."),
    Row(1,                None,    UnknownError,          SAME,     10.0,     6,   False, False, "Instagram had an unknown fault and may be down."),
    Row(2,                None,    UnknownError,          SAME,     10.0,     6,   False, False, "Instagram's service is down for the moment."),
    # Our mistakes, or the operator's.
    Row(101,              None,    AuthFailed,            NEVER,    None,     1,   False, True,  "Meta does not accept the app's id and secret."),
    Row(104,              None,    UnknownError,          NEVER,    None,     1,   False, True,  "The app demands a proof with each call that this server does not send."),
    Row(2500,             None,    UnknownError,          NEVER,    None,     1,   False, True,  "Instagram cannot make sense of the request."),
    Row(2635,             None,    UnknownError,          NEVER,    None,     1,   False, True,  "Instagram no longer serves this version of its API."),
    Row(9005,             None,    UnknownError,          NEVER,    None,     1,   False, True,  "A value was asked for that only videos have."),
    Row(36104,            None,    UnknownError,          NEVER,    None,     1,   False, True,  "A value was asked for that this call does not give."),
    # Facebook Pages.
    Row(324,              None,    MediaInvalid,          NEVER,    None,     1,   False, True,  "Facebook finds no picture it can use."),
    Row(506,              None,    DuplicatePost,         NEVER,    None,     1,   False, True,  "The Page has just published the same words."),
    Row(6000,             None,    MediaInvalid,          SAME,     30.0,     2,   False, False, "Facebook had a problem with the video's upload."),
    Row(1366046,          None,    MediaInvalid,          NEVER,    None,     1,   False, True,  "The picture is too large for Facebook, or of the wrong type."),
    Row(1363040,          None,    MediaInvalid,          NEVER,    None,     1,   False, True,  "The video's shape lies outside what Facebook takes as a reel."),
    Row(1363127,          None,    MediaInvalid,          NEVER,    None,     1,   False, True,  "The video is smaller than the 540 x 960 of a Facebook reel."),
    Row(1363128,          None,    MediaInvalid,          NEVER,    None,     1,   False, True,  "A Facebook reel lasts 3 to 90 seconds."),
    Row(1363129,          None,    MediaInvalid,          NEVER,    None,     1,   False, True,  "A Facebook reel has 24 to 60 frames a second."),
    Row(1609005,          None,    ValidationError,       NEVER,    None,     1,   False, True,  "Facebook cannot read the page that is linked."),
)

# Coded exceptions stand in the message, which is not translated.
EXCEPTIONS: dict[str, Row] = {
    "INSTAGRAM_PLATFORM_API__INVALID_LOCATION_ID": Row(100, None, ValidationError,       NEVER, None, 1, False, True, "The location is no Page with a place on the map."),
    "INSTAGRAM_PLATFORM_API__PERMISSION":          Row(100, None, CapabilityUnavailable, NEVER, None, 1, False, True, "This account may not mark paid partnerships."),
    "INSTAGRAM_PLATFORM_API__INVALID_PARAM":       Row(100, None, ValidationError,       NEVER, None, 1, False, True, "A sponsor cannot be named in this post."),
}

# The byte server has an envelope and words of its own.
UPLOADS: dict[str, Row] = {
    "NotAuthorizedError":    Row(None, None, TokenExpired, NEVER, None, 1, True,  True,  "Instagram no longer accepts the account's token."),
    "OffsetInvalidError":    Row(None, None, UnknownError, SAME,  5.0,  4, False, False, "The upload did not go on where Instagram expected it to."),
    "PartialRequestError":   Row(None, None, UnknownError, SAME,  5.0,  4, False, False, "The upload broke off before its end."),
    "ProcessingFailedError": Row(None, None, MediaInvalid, SAME,  30.0, 2, False, False, "Instagram could not process what was uploaded."),
}

# Where no row fits.
UNLISTED   = Row(None, None, UnknownError,       NEW,      15.0, 2, False, False, "Instagram could not use the media and gave a reason that is not documented.")
PASSING    = Row(None, None, UnknownError,       SAME,     10.0, 4, False, False, "Instagram had a fault that it says will pass.")
DOWN       = Row(None, None, UnknownError,       SAME,     10.0, 6, False, False, "Instagram's service is down for the moment.")
SLOW_DOWN  = Row(None, None, InstagramThrottled, THROTTLE, HOUR, 9, False, False, "These calls are more than Instagram allows for now.")
UNKNOWN    = Row(None, None, UnknownError,       NEVER,    None, 1, False, False, "Instagram refused in a way that is not documented.")
EXPIRED    = Row(None, None, ContainerExpired,   NEW,      None, 3, False, False, "The container ran out before it was published.")
# fmt: on
