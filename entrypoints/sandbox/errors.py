"""Refusals as the Graph API words them."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Wording:
    """What Meta says along with a code."""

    message: str
    title: str = ""
    user_message: str = ""
    status: int = 400
    transient: bool = False


_WORDINGS: dict[tuple[int, int | None], Wording] = {
    (-2, 2207003): Wording("Timeout", "Download Takes Too Long", "Downloading the media took too long."),
    (-2, 2207020): Wording("Media expired", "Media Expired", "The media you uploaded is no longer there."),
    (-1, 2207001): Wording(
        "Fatal", "Server Error", "Instagram could not do this. Try again.", transient=True
    ),
    (-1, 2207032): Wording("Fatal", "Create Media Fail", "The media could not be created. Try again."),
    (-1, 2207053): Wording("Fatal", "Unknown Upload Error", "Something went wrong during the upload."),
    (-1, 2207073): Wording("Fatal", "Media Type Not Supported", "Media of this type cannot be deleted."),
    (-1, 2207085): Wording("Fatal", "Fatal", "The media could not be processed."),
    (1, None): Wording("An unknown error occurred", status=500, transient=True),
    (1, 2207057): Wording("Invalid parameter", "Thumbnail Offset", "The offset lies outside the video."),
    (2, None): Wording("Service temporarily unavailable", status=500, transient=True),
    (4, None): Wording("Application request limit reached", status=403, transient=True),
    (4, 2207051): Wording(
        "Application request limit reached", "Action Blocked", "We limit how often this can be done.", 403
    ),
    (9, 2207042): Wording(
        "Application request limit reached",
        "Daily Limit",
        "The account published as much as it may in a day.",
    ),
    (10, None): Wording("Application does not have permission for this action", status=403),
    (17, None): Wording("User request limit reached", status=403, transient=True),
    (24, 2207006): Wording("The requested resource does not exist", "Media Not Found", "No such media."),
    (24, 2207008): Wording(
        "The requested resource does not exist", "Media Builder Expired", "No such container, or it expired."
    ),
    (25, 2207050): Wording(
        "Instagram account is restricted",
        "Account Restricted",
        "Log in to the app and follow its steps.",
        403,
    ),
    (32, None): Wording("Page request limit reached", status=403, transient=True),
    (100, None): Wording("Invalid parameter"),
    (100, 33): Wording(
        "Unsupported request. Object does not exist, cannot be loaded due to missing permissions, "
        "or does not support this operation"
    ),
    (100, 2207023): Wording("Invalid parameter", "Unknown Media Type", "This media type is not known."),
    (100, 2207028): Wording("Invalid parameter", "Carousel Size", "A carousel takes between 2 and 10 items."),
    (100, 2207040): Wording("Invalid parameter", "Too Many Tags", "No more than 20 accounts can be tagged."),
    (100, 2207067): Wording("Invalid parameter", "Video Retired", "Single videos are published as REELS."),
    (100, 2207081): Wording("Invalid parameter", "Trial Reels", "This account cannot use trial reels."),
    (104, None): Wording("Invalid appsecret_proof provided in the API argument"),
    (110, 2207018): Wording("Invalid user id", "Cannot Load User", "A tagged account cannot be loaded."),
    (101, None): Wording("Error validating application. Cannot get application info."),
    (190, None): Wording("Invalid OAuth access token - Cannot parse access token", status=401),
    (190, 458): Wording("Error validating access token: The user has not authorized the application"),
    (190, 459): Wording("Error validating access token: You must log in on the website and follow its steps"),
    (190, 460): Wording("Error validating access token: The session has been invalidated by a new password"),
    (190, 463): Wording("Error validating access token: Session has expired"),
    (190, 464): Wording("Error validating access token: Sessions need a confirmed user"),
    (190, 467): Wording("Error validating access token: The session is invalid because the user logged out"),
    (190, 492): Wording("Error validating access token: The user lacks a role on the Page"),
    (200, None): Wording("Permissions error", status=403),
    (210, None): Wording("A page access token is required to request this resource", status=403),
    (324, None): Wording("Missing or invalid image file"),
    (341, None): Wording("Application limit reached", status=403, transient=True),
    (352, 2207026): Wording("Unsupported format", "Unsupported Video", "The video must be MP4 or MOV."),
    (368, None): Wording("The action attempted has been deemed abusive or is otherwise disallowed"),
    (506, None): Wording("Duplicate status message"),
    (613, None): Wording("Calls to this api have exceeded the rate limit", status=403, transient=True),
    (2500, None): Wording("An active access token must be used to query information about the current user"),
    (2635, None): Wording("You are calling a deprecated version of the API"),
    (9004, 2207052): Wording(
        "Only photo or video can be accepted as media type", "Media Fetch", "The media could not be fetched."
    ),
    (9005, None): Wording("Video content not found"),
    (9007, 2207027): Wording(
        "Media ID is not available", "Not Ready", "The media is not ready to be published."
    ),
    (36000, 2207004): Wording(
        "The image size is too large", "Image Too Large", "Images may have up to 8 MiB."
    ),
    (36001, 2207005): Wording("The image format is not supported", "Image Format", "Send a JPEG image."),
    (36003, 2207009): Wording(
        "The aspect ratio is not supported", "Aspect Ratio", "The ratio must lie between 4:5 and 1.91:1."
    ),
    (36004, 2207010): Wording(
        "The caption was too long", "Caption Too Long", "2200 characters, 30 hashtags, 20 mentions at most."
    ),
    (1363040, None): Wording("The video's aspect ratio must lie between 16:9 and 9:16"),
    (1363127, None): Wording("The video's resolution must be at least 540x960"),
    (1363128, None): Wording("The video must last between 3 and 90 seconds"),
    (1363129, None): Wording("The video's frame rate must lie between 24 and 60"),
    (80001, None): Wording("There have been too many calls to this Page account", transient=True),
    (80002, None): Wording("There have been too many calls to this Instagram account", transient=True),
}

THROTTLES = frozenset({4, 17, 32, 341, 613, 80001, 80002})


class GraphError(Exception):
    """One refusal in the Graph envelope."""

    def __init__(
        self,
        code: int,
        subcode: int | None = None,
        message: str | None = None,
        *,
        status: int | None = None,
        user_message: str | None = None,
    ) -> None:
        known = _WORDINGS.get((code, subcode)) or _WORDINGS.get((code, None)) or Wording("Unknown error")
        self.code = code
        self.subcode = subcode
        self.message = message or known.message
        self.title = known.title
        self.user_message = user_message or known.user_message
        self.status = status or known.status
        self.transient = known.transient
        self.minutes = 0  # a throttle's estimated time to regain access
        self.upload_type = ""  # how the upload host calls it
        super().__init__(f"({code}/{subcode}) {self.message}")


def upload_error(kind: str, message: str, *, retriable: bool) -> GraphError:
    """A refusal only the upload host knows."""
    error = GraphError(100, message=message)
    error.upload_type, error.transient = kind, retriable
    return error


class ControlError(Exception):
    """A control call that makes no sense; the sentence says why."""
