//! What was just done, told once on the page that follows.
//!
//! A form that did something sends the browser on to a page. What was done travels in a cookie
//! that lives for seconds and holds one of the words below, so that the address of the page stays
//! clean and no text can be put into anybody's page by a link.

use axum::{
    http::{HeaderMap, HeaderValue, header},
    response::{IntoResponse, Redirect, Response},
};
use maud::{Markup, html};

use crate::{
    Web,
    components::notices::{self, NoticeKind},
    door,
};

const COOKIE: &str = "eider_outcome";
const LIFE_SECONDS: u32 = 30;

macro_rules! outcomes {
    ($($(#[$doc:meta])* $name:ident: $word:literal, $title:literal, $body:literal;)*) => {
        /// What was just done.
        #[derive(Clone, Copy, Debug, PartialEq, Eq)]
        pub(crate) enum Outcome { $($(#[$doc])* $name,)* }

        impl Outcome {
            #[cfg(test)]
            const ALL: &[Self] = &[$(Self::$name),*];

            fn word(self) -> &'static str {
                match self { $(Self::$name => $word,)* }
            }

            fn from_word(word: &str) -> Option<Self> {
                match word { $($word => Some(Self::$name),)* _ => None }
            }

            fn words(self) -> (&'static str, &'static str) {
                match self { $(Self::$name => ($title, $body),)* }
            }
        }
    };
}

outcomes! {
    /// Somebody asked.
    Asked: "asked", "Thank you, we have it",
        "Somebody will take it. You see here who has it and by when, and you can add to it.";
    /// Somebody asked, with what a responder needs.
    AskedWell: "asked_well", "Thank you for the good report",
        "It says what happened, since when and step by step, so somebody can begin at once.";
    /// Somebody took it.
    Took: "took", "It is yours", "The reporter sees that you have it.";
    /// This browser was added before.
    BrowserKnown: "browser_known", "This browser is among them already",
        "Here you verify it or take it away.";
    /// Somebody said that it is seen.
    Acknowledged: "acknowledged", "Acknowledged", "The reporter sees that it was seen.";
    /// Somebody began.
    Started: "started", "You have started", "The reporter sees that it is being worked on.";
    /// It was given to somebody.
    Assigned: "assigned", "It has a new owner", "They see it among theirs.";
    /// It was given back.
    Released: "released", "You gave it back", "It stands among those that nobody has.";
    /// Somebody put on a hat.
    HatOn: "hat_on", "You wear the hat", "Everybody on this ticket sees what you are doing.";
    /// Somebody told how it stands.
    Told: "told", "Everybody can read it", "It stands on the ticket, with the time of the next update.";
    /// The reporter was asked.
    Waiting: "waiting", "It waits for the reporter", "The clock to resolve rests until they answer.";
    /// It goes on.
    Resumed: "resumed", "It goes on", "The clock to resolve runs again.";
    /// It was resolved.
    Resolved: "resolved", "Resolved", "The reporter is asked whether it works for them.";
    /// The reporter agreed.
    Confirmed: "confirmed", "Closed", "Good to hear that it works.";
    /// It is not right after all.
    Reopened: "reopened", "Reopened", "It is open again, and its clock goes on.";
    /// It is the same as another.
    Merged: "merged", "Merged", "The other ticket goes on with it.";
    /// A property was changed.
    Changed: "changed", "Changed", "The timeline tells what it was before.";
    /// It affects somebody too.
    Joined: "joined", "You have joined",
        "It is counted that this affects you too. Add what you see, if it is not told here yet.";
    /// Somebody follows.
    Followed: "followed", "You follow this ticket", "Your name stands among its followers.";
    /// Somebody follows no more.
    Unfollowed: "unfollowed", "You follow it no more", "Your name is no longer among its followers.";
    /// Time was logged.
    Logged: "logged", "Your time is counted", "It is part of what this ticket cost.";
    /// Something was written.
    Said: "said", "Sent", "Everybody on this ticket sees it.";
    /// A message was corrected.
    Edited: "edited", "Corrected", "What it said before stays in the record.";
    /// A message was taken back.
    Withdrawn: "withdrawn", "Taken back", "That something stood there stays in the record.";
    /// A wash-up was written.
    WashedUp: "washed_up", "The wash-up is kept", "Everybody can read and correct it.";
    /// A follow-up was agreed.
    Agreed: "agreed", "Agreed", "Its owner sees it under Now until it is done.";
    /// A follow-up was done.
    FollowedUp: "followed_up", "Done", "One thing less.";
    /// The profile was changed.
    ProfileSaved: "profile_saved", "Your profile is saved", "Others see it from now on.";
    /// There is a new password.
    PasswordChanged: "password_changed", "Your password is changed",
        "Everywhere else you were signed out.";
    /// A session was ended.
    SessionEnded: "session_ended", "Signed out there", "That browser has to sign in again.";
    /// A token was withdrawn.
    TokenRevoked: "token_revoked", "The token is withdrawn", "It is good for nothing any more.";
    /// Somebody has another role.
    RoleChanged: "role_changed", "The role is changed", "It holds at once.";
    /// Somebody belongs to other squads.
    MembershipChanged: "membership_changed", "The squads are changed", "It holds at once.";
    /// A squad was made or changed.
    SquadSaved: "squad_saved", "The squad is saved", "It holds at once.";
    /// A feature was made or changed.
    FeatureSaved: "feature_saved", "The feature is saved", "It holds at once.";
    /// A feature is no longer offered.
    FeatureRetired: "feature_retired", "The feature is retired",
        "It is no longer offered when asking. Its tickets keep it.";
    /// A feature is offered again.
    FeatureBack: "feature_back", "The feature is back", "It is offered again when asking.";
    /// A known issue was written.
    KnownIssueSaved: "known_issue_saved", "The known issue is saved",
        "It is offered to whoever asks about the same.";
    /// A service was written.
    ServiceSaved: "service_saved", "The service is saved", "What its monitors send goes by it.";
    /// A key was withdrawn.
    KeyWithdrawn: "key_withdrawn", "The key is withdrawn",
        "What is sent with it is refused from now on.";
    /// A rota was written.
    RotaSaved: "rota_saved", "The rota is saved", "What was planned before stays in the record.";
    /// Somebody was put on call.
    PutOnCall: "put_on_call", "Done", "The calendar shows who is on call now.";
    /// A change of who is on call ended.
    DutyChangeEnded: "duty_change_ended", "It is over",
        "Whoever is planned is on call again.";
    /// Somebody is away.
    AbsenceNoted: "absence_noted", "It is noted",
        "Where you would be on call in this time, the calendar shows a gap until somebody stands in.";
    /// Somebody is back.
    AbsenceEnded: "absence_ended", "It is over", "Your turns are yours from now on.";
    /// Somebody gave their number.
    NumberSaved: "number_saved", "Your number is saved",
        "It stands beside your name while you are on call.";
    /// Somebody asked for a swap.
    SwapAsked: "swap_asked", "It is asked",
        "Until somebody takes it, the time is yours.";
    /// A swap was agreed.
    SwapTaken: "swap_taken", "It is agreed", "The calendar shows it at once.";
    /// Somebody offered to swap.
    SwapOffered: "swap_offered", "Your offer stands", "It holds when your colleague says yes.";
    /// A swap was declined or withdrawn.
    SwapOver: "swap_over", "It is off the list", "The plan stays as it was.";
    /// A code was sent.
    CodeSent: "code_sent", "A code is on its way",
        "Enter it here when it has arrived.";
    /// A contact method was verified.
    MethodVerified: "method_verified", "It is verified", "From now on you are reached by it.";
    /// A contact method was taken away.
    MethodRemoved: "method_removed", "It is taken away", "Nothing goes there any more.";
    /// The order was changed.
    ContactPlanSaved: "contact_plan_saved", "The order is saved", "It holds at once.";
    /// A test page was sent.
    TestPageSent: "test_page_sent", "A test page is on its way",
        "It comes as a real one would. Below stands what became of each message.";
    /// Somebody said that they are ready.
    SaidReady: "said_ready", "It is noted", "Your squad sees that you are ready.";
    /// Something came that was sent for a test.
    TestPageCame: "test_page_came", "Good to know", "It counts as having reached you.";
    /// Somebody answered a page.
    PageAcknowledged: "page_acknowledged", "You have it",
        "Nobody else is called any more, and its tickets are yours.";
    /// Somebody answered a drill.
    DrillAnswered: "drill_answered", "Thank you",
        "That was the drill. Nothing is wrong, and there is nothing left for you to do.";
    /// Somebody called for help.
    PageHelpCalled: "page_help_called", "They are being called",
        "Until they answer, it stays as it is.";
    /// Somebody passed it on.
    PagePassedOn: "page_passed_on", "Noted", "What happens next stands below.";
    /// Somebody put it off.
    PagePutOff: "page_put_off", "It waits", "People are called again at the time that stands below.";
    /// Nobody needs to be called.
    PageCalledOff: "page_called_off", "Called off", "Nobody is called for it any more.";
    /// Everything it was about is put right.
    PageResolved: "page_resolved", "Resolved", "Nobody is called for it any more.";
    /// Somebody had people called.
    PagedByHand: "paged_by_hand", "Whoever is on call is being called",
        "Here stands who it is, and who answers.";
    /// People are called for practice.
    DrillBegun: "drill_begun", "The drill has begun", "Here stands who is called, and who answers.";
    /// A policy was written.
    PolicySaved: "policy_saved", "The policy is saved", "It holds at once, for pages under way too.";
    /// What is worth waking for was decided.
    PagingSaved: "paging_saved", "It is decided", "It holds for what comes from now on.";
    /// Settings were changed.
    SettingsSaved: "settings_saved", "The settings are saved", "They hold at once.";
    /// Slack is being asked.
    SlackAsked: "slack_asked", "Slack is being asked", "What it says shows here in a moment.";
    /// A workspace is no longer connected.
    SlackDisconnected: "slack_disconnected", "The workspace is disconnected",
        "Its tokens are forgotten. Nothing is told there until it is connected again.";
    /// Somebody's accounts are connected.
    SlackConnected: "slack_connected", "Your Slack account is connected",
        "Go back to Slack: what you were about to do there is being done.";
    /// What tickets are measured by was changed.
    MeasureSaved: "measure_saved", "Saved",
        "Open tickets are being measured anew; what was late once stays so.";
    /// A priority is no longer offered.
    PriorityRetired: "priority_retired", "The priority is retired",
        "It can no longer be chosen. Tickets that have it keep it.";
    /// A priority is offered again.
    PriorityBack: "priority_back", "The priority is back", "It can be chosen again.";
    /// Somebody was switched off.
    Disabled: "disabled", "They can no longer sign in",
        "Their sessions and tokens have ended. What they wrote stays.";
    /// Somebody was switched on again.
    Enabled: "enabled", "They can sign in again", "Tokens that had ended have to be made anew.";
    /// An invitation was taken back.
    InvitationWithdrawn: "invitation_withdrawn", "The invitation is taken back",
        "Its link is good for nothing any more.";
}

impl Outcome {
    /// Sends the browser on to `path`, where this is told.
    pub(crate) fn redirect(self, web: &Web, path: &str) -> Response {
        let mut response = Redirect::to(path).into_response();
        set_cookie(&mut response, web, self.word(), LIFE_SECONDS);
        response
    }

    /// What was just done, as far as this request tells.
    pub(crate) fn of(headers: &HeaderMap) -> Option<Self> {
        // A page that refreshes itself leaves it to the page that a person opens.
        if headers.contains_key("eider-fragment") {
            return None;
        }
        Self::from_word(door::cookie(headers, COOKIE)?)
    }

    /// Says it.
    pub(crate) fn notice(self) -> Markup {
        let (title, body) = self.words();
        notices::notice(NoticeKind::Success, title, html! { (body) })
    }
}

/// A page on which `outcome` was told: it is not told again.
pub(crate) fn told(outcome: Option<Outcome>, web: &Web, page: Markup) -> Response {
    let mut response = page.into_response();
    if outcome.is_some() {
        set_cookie(&mut response, web, "", 0);
    }
    response
}

fn set_cookie(response: &mut Response, web: &Web, value: &str, life_seconds: u32) {
    let secure = if web.is_https() { "; Secure" } else { "" };
    let cookie =
        format!("{COOKIE}={value}; Path=/; Max-Age={life_seconds}; HttpOnly; SameSite=Lax{secure}");
    if let Ok(cookie) = HeaderValue::from_str(&cookie) {
        response.headers_mut().append(header::SET_COOKIE, cookie);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_outcome_is_known_again_by_its_word() {
        for outcome in Outcome::ALL {
            assert_eq!(Outcome::from_word(outcome.word()), Some(*outcome));
        }
        assert_eq!(Outcome::from_word("<script>"), None);
    }
}
