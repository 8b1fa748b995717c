//! The samples, each the JSON that Slack gets, in the order in which people meet them.

/// Samples of one occasion.
pub(super) struct Group {
    pub(super) heading: &'static str,
    pub(super) samples: &'static [Sample],
}

/// One thing that Eider shows in Slack.
pub(super) struct Sample {
    /// Its file's name, and its place on the page.
    pub(super) name: &'static str,
    pub(super) caption: &'static str,
    pub(super) json: &'static str,
}

macro_rules! sample {
    ($name:literal, $caption:literal) => {
        Sample {
            name: $name,
            caption: $caption,
            json: include_str!(concat!("samples/", $name, ".json")),
        }
    };
}

pub(super) const GROUPS: &[Group] = &[
    Group {
        heading: "To ask",
        samples: &[
            sample!("form", "The form, as it opens"),
            sample!(
                "form-platforms",
                "A feature that can be tried in several places"
            ),
            sample!("form-more", "With more details"),
            sample!("form-similar", "It resembles something"),
            sample!("form-errors", "Answers that need another look"),
            sample!("form-message", "Made from somebody’s message"),
            sample!("form-trouble", "It was refused after it was sent"),
            sample!("form-held", "At night: what wakes, and what waits"),
        ],
    },
    Group {
        heading: "What becomes of it",
        samples: &[
            sample!("filing", "At once"),
            sample!("filed", "A moment later"),
            sample!("joined", "It was one of these"),
            sample!("helped", "The known issue helped"),
            sample!("link-first", "From somebody who is not known yet"),
            sample!(
                "not-filed",
                "It was refused when the form was closed already"
            ),
        ],
    },
    Group {
        heading: "The card",
        samples: &[
            sample!("card-new", "Just asked"),
            sample!("card-incident", "Owned, with hats and a promised update"),
            sample!("card-owned", "Somebody has it"),
            sample!("card-waiting", "It waits for its reporter"),
            sample!("card-late", "Late"),
            sample!("card-resolved", "Put right, to be confirmed"),
            sample!("card-closed", "Closed"),
            sample!("card-merged", "The same as another"),
            sample!("card-called", "Somebody is being called"),
            sample!("card-held", "Calling waits for the morning"),
        ],
    },
    Group {
        heading: "The thread",
        samples: &[
            sample!("thread", "From the first warning to the end"),
            sample!("thread-late", "Nobody takes it in time"),
            sample!("thread-rest", "What else is told"),
        ],
    },
    Group {
        heading: "In private",
        samples: &[
            sample!("direct-reporter", "What the reporter is told"),
            sample!("direct-owner", "What whoever has it is told"),
            sample!("direct-lead", "What the lead is told"),
            sample!("private", "Answers that one person sees"),
        ],
    },
    Group {
        heading: "Forms of the card",
        samples: &[
            sample!("deed-wait", "Wait for reporter"),
            sample!("deed-priority", "Priority"),
            sample!("deed-update", "Update, the second time"),
            sample!("deed-resolve", "Resolve"),
            sample!("deed-resolve-errors", "Resolve, not filled in well"),
            sample!("deed-assign", "Give it to somebody"),
            sample!("deed-reopen", "It does not work"),
        ],
    },
    Group {
        heading: "Being called",
        samples: &[
            sample!("page-called", "Somebody is called"),
            sample!("page-repeat", "It may have been sent before"),
            sample!("page-mine", "They have it"),
            sample!("page-taken", "Another has it"),
            sample!("page-put-off", "It was put off"),
            sample!("page-over", "It is over"),
            sample!(
                "page-others",
                "With a reason, helping, asked again, the last resort, a drill"
            ),
            sample!("page-test", "A test page, and once it was seen"),
            sample!("page-not-now", "Not now"),
            sample!("page-not-now-errors", "Not now, without a reason"),
            sample!("page-by-hand", "Page on call, for what waits"),
        ],
    },
    Group {
        heading: "Who is on call",
        samples: &[
            sample!("on-call", "Who is on call, and who asks for a swap"),
            sample!("on-call-nobody", "Nobody is planned yet"),
            sample!("on-call-swap", "Asking for a swap"),
            sample!(
                "on-call-asked",
                "What those who are asked see, until it is answered"
            ),
            sample!("on-call-answered", "What whoever asked is told"),
            sample!("on-call-cover", "Covering somebody"),
            sample!("on-call-cover-errors", "Covering, not filled in well"),
            sample!("on-call-told", "What else is told"),
        ],
    },
    Group {
        heading: "Lists",
        samples: &[
            sample!("home", "Home of a responder"),
            sample!("home-stranger", "Home of somebody who is not known yet"),
            sample!("digest", "The daily digest"),
            sample!("digest-quiet", "The digest of a quiet day"),
            sample!("mine", "The command with mine"),
            sample!("found", "The command with words"),
            sample!("found-nothing", "Nothing found"),
        ],
    },
];
