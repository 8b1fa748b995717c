//! Facts: what happened, in the past tense, kept for ever and chained so that nothing can be
//! altered unnoticed.

mod chain;
mod happened;
mod stored;

use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use crate::{
    AbsenceId, ActionId, AttachmentId, ChangeId, FeatureId, MessageId, MethodId, PageId, PersonId,
    RotaId, ServiceId, SquadId, SwapId, TicketNumber, alert, contact, page,
    person::Role,
    priority::Rank,
    readiness,
    rota::ChangeKind,
    ticket::{Hat, Resolution, StatusKind},
};

pub use chain::{CHAIN_START, ChainHash, ChainedColumns, chain};
pub use happened::{Happened, Measure};

/// Something that happened. The `kind` is the name in snake case; the rest is `data`.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(tag = "kind", content = "data", rename_all = "snake_case")]
pub enum Fact {
    /// Somebody asked.
    TicketOpened {
        /// Its number.
        number: TicketNumber,
        /// Its title as it was asked.
        title: String,
        /// Its priority as it was asked.
        priority: Rank,
        /// What it is about.
        feature: Option<FeatureId>,
        /// Who looks after that.
        squad: Option<SquadId>,
        /// Who asked.
        reporter: PersonId,
    },
    /// The ticket moved from one status to another.
    TicketMoved {
        /// Where it was.
        from: StatusKind,
        /// Where it is now.
        to: StatusKind,
        /// Why, or what was asked, in the person's words; another tracker's word for the state
        /// when the history was imported.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        note: Option<String>,
    },
    /// It was resolved; the move itself is told by this fact too.
    TicketResolved {
        /// Where it was.
        from: StatusKind,
        /// Cause, proof, change and outcome.
        resolution: Resolution,
    },
    /// How it was resolved is told otherwise now: a newer export of another tracker says so.
    ResolutionCorrected {
        /// Before.
        from: Resolution,
        /// After.
        to: Resolution,
    },
    /// The same thing as another ticket, which goes on.
    TicketMerged {
        /// Where it was.
        from: StatusKind,
        /// The ticket that goes on.
        into: TicketNumber,
    },
    /// Another ticket turned out to be the same thing as this one.
    TicketAbsorbed {
        /// The ticket that ended here.
        number: TicketNumber,
        /// Whom this one affects too by that: who asked the other, and who had joined it.
        #[serde(default, skip_serializing_if = "Vec::is_empty")]
        joined: Vec<PersonId>,
        /// Who hears of every change of this one by that.
        #[serde(default, skip_serializing_if = "Vec::is_empty")]
        followers: Vec<PersonId>,
    },
    /// Somebody else has it now, or nobody.
    OwnerChanged {
        /// Who had it.
        from: Option<PersonId>,
        /// Who has it.
        to: Option<PersonId>,
    },
    /// Somebody else wears a hat now, or nobody. Hats come off by themselves when it is resolved,
    /// closed or merged.
    HatChanged {
        /// Which hat.
        hat: Hat,
        /// Who wore it.
        from: Option<PersonId>,
        /// Who wears it.
        to: Option<PersonId>,
    },
    /// Somebody told everybody how it stands.
    UpdateGiven {
        /// What is known.
        known: String,
        /// What is being done.
        doing: String,
        /// When the next update comes; absent when none is planned.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        next_at: Option<Timestamp>,
    },
    /// The time of an update that was promised came, and none was given.
    UpdateDue {
        /// When it was promised for.
        due_at: Timestamp,
    },
    /// It is held to be more or less urgent.
    PriorityChanged {
        /// Before.
        from: Rank,
        /// After.
        to: Rank,
        /// Why, in the person's words.
        reason: Option<String>,
    },
    /// It is about something else.
    FeatureChanged {
        /// Before.
        from: Option<FeatureId>,
        /// After.
        to: Option<FeatureId>,
    },
    /// Another squad looks after it.
    SquadChanged {
        /// Before.
        from: Option<SquadId>,
        /// After.
        to: Option<SquadId>,
    },
    /// It has a better title.
    TitleChanged {
        /// Before.
        from: String,
        /// After.
        to: String,
    },
    /// Somebody wrote in the thread.
    Replied {
        /// The message.
        message: MessageId,
        /// The people mentioned in it, for whoever tells them.
        #[serde(default, skip_serializing_if = "Vec::is_empty")]
        mentions: Vec<PersonId>,
    },
    /// Somebody corrected what they wrote.
    ReplyEdited {
        /// The message.
        message: MessageId,
        /// What it said before.
        before: String,
    },
    /// Somebody took back what they wrote.
    ReplyWithdrawn {
        /// The message.
        message: MessageId,
    },
    /// A file was added.
    FileAttached {
        /// The file.
        attachment: AttachmentId,
        /// Its name.
        name: String,
        /// Its size in bytes.
        size_bytes: i64,
    },
    /// Somebody found that their question is this one: it affects one more person, who wants to hear
    /// of every change.
    Joined {
        /// What they see of it.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        note: Option<String>,
    },
    /// Somebody wants to hear of every change.
    Followed,
    /// Somebody does not want to hear of it any more.
    Unfollowed,
    /// Somebody worked on it away from Eider.
    TimeLogged {
        /// For how long, in seconds.
        seconds: i64,
    },
    /// Part of the time to respond or to resolve has gone.
    ServiceLevelWarned {
        /// Which clock.
        measure: Measure,
        /// How much of the time has gone: 50 or 80.
        percent: u8,
        /// When it is due.
        due_at: Option<Timestamp>,
    },
    /// The time to respond or to resolve ran out.
    ServiceLevelBreached {
        /// Which clock.
        measure: Measure,
        /// When it was due.
        due_at: Option<Timestamp>,
    },
    /// What was learnt was written down or corrected.
    WashUpWritten,
    /// Somebody will follow something up.
    ActionAgreed {
        /// The follow-up.
        action: ActionId,
        /// What will be done.
        what: String,
        /// Who will do it.
        owner: PersonId,
    },
    /// A follow-up was done.
    ActionDone {
        /// The follow-up.
        action: ActionId,
    },
    /// Somebody was asked to join.
    PersonInvited {
        /// Their address.
        email: String,
        /// What they will do here.
        role: Role,
    },
    /// An invitation was taken back before it was used.
    InvitationWithdrawn {
        /// Whose it was.
        email: String,
    },
    /// A link was made with which somebody gives themselves a new password.
    PasswordResetOffered {
        /// Who.
        person: PersonId,
    },
    /// Somebody can sign in from now on.
    PersonJoined {
        /// Who.
        person: PersonId,
        /// What they do here.
        role: Role,
    },
    /// Somebody does something else here now.
    RoleChanged {
        /// Who.
        person: PersonId,
        /// Before.
        from: Role,
        /// After.
        to: Role,
    },
    /// Somebody belongs to these squads now.
    MembershipChanged {
        /// Who.
        person: PersonId,
        /// The squads.
        squads: Vec<SquadId>,
    },
    /// Somebody can no longer sign in.
    PersonDisabled {
        /// Who.
        person: PersonId,
    },
    /// Somebody can sign in again.
    PersonEnabled {
        /// Who.
        person: PersonId,
    },
    /// Somebody changed their profile.
    ProfileChanged,
    /// Somebody has a new password.
    PasswordChanged,
    /// Somebody signed in.
    SignedIn,
    /// Somebody signed out.
    SignedOut,
    /// Too many wrong passwords were tried for an address, which is not kept here.
    SignInBlocked,
    /// A token was made.
    TokenCreated {
        /// Its name.
        name: String,
    },
    /// A token was withdrawn.
    TokenRevoked {
        /// Its name.
        name: String,
    },
    /// A part of the configuration was written: priorities, calendars, squads, features, known
    /// issues, the glossary or a setting.
    Configured {
        /// Which part.
        part: String,
        /// Which one of them, by name.
        name: String,
    },
    /// Somebody is on call for a time instead of whoever would be.
    DutyChanged {
        /// The change.
        change: ChangeId,
        /// The rota.
        rota: RotaId,
        /// Why.
        how: ChangeKind,
        /// Who is on call.
        person: PersonId,
        /// Whose time it is; none when it is anybody's.
        instead_of: Option<PersonId>,
        /// From when.
        from: Timestamp,
        /// Until when.
        until: Timestamp,
    },
    /// A change of who is on call ended early or was taken back.
    DutyChangeEnded {
        /// The change.
        change: ChangeId,
        /// The rota.
        rota: RotaId,
    },
    /// Somebody is away for a time.
    AbsenceNoted {
        /// The absence.
        absence: AbsenceId,
        /// Who.
        person: PersonId,
        /// From when.
        from: Timestamp,
        /// Until when.
        until: Timestamp,
    },
    /// Somebody is back early, or is not away after all.
    AbsenceEnded {
        /// The absence.
        absence: AbsenceId,
        /// Who.
        person: PersonId,
    },
    /// Somebody asked who takes their time on call.
    SwapAsked {
        /// The request.
        swap: SwapId,
        /// The rota.
        rota: RotaId,
        /// Who was asked; none for all.
        asked: Option<PersonId>,
        /// From when.
        from: Timestamp,
        /// Until when.
        until: Timestamp,
    },
    /// Somebody would take it for some of their own time.
    SwapOffered {
        /// The request.
        swap: SwapId,
        /// From when, in return.
        from: Timestamp,
        /// Until when.
        until: Timestamp,
    },
    /// Somebody takes it.
    SwapTaken {
        /// The request.
        swap: SwapId,
        /// Who has it now.
        by: PersonId,
    },
    /// The one who was asked said no.
    SwapDeclined {
        /// The request.
        swap: SwapId,
    },
    /// The request is needed no more.
    SwapWithdrawn {
        /// The request.
        swap: SwapId,
    },
    /// The leads of a squad, or of the company, are told what should not be so in its rotas.
    LeadsTold {
        /// The squad; none for the company.
        squad: Option<SquadId>,
        /// Who is told.
        people: Vec<PersonId>,
        /// How many things should not be so.
        found: i64,
        /// How many that they were told of are gone.
        gone: i64,
    },
    /// Something was asked or said about whether somebody is ready to be on call.
    ReadinessChanged {
        /// The rota.
        rota: RotaId,
        /// Who is on call next.
        person: PersonId,
        /// From when.
        from: Timestamp,
        /// What happened.
        event: readiness::Event,
    },
    /// Somebody said that what was sent to them came.
    TestPageCame,
    /// Somebody gave the number at which they are called on duty, or took it away.
    DutyNumberChanged,
    /// Somebody made the secret address of a calendar feed; one before it ended.
    FeedMade {
        /// The rota; none for their own shifts.
        rota: Option<RotaId>,
    },
    /// Somebody added a way to reach them.
    ContactMethodAdded {
        /// The method.
        method: MethodId,
        /// How it reaches them. Where is nobody else's business.
        how: contact::Kind,
    },
    /// Somebody proved that a method reaches them.
    ContactMethodVerified {
        /// The method.
        method: MethodId,
    },
    /// Somebody answered a text message that nothing more is to go there.
    ContactMethodStopped {
        /// The method, which has to be verified again.
        method: MethodId,
    },
    /// Nothing that is sent to a method arrives any more, as whoever brings it says.
    ContactMethodLost {
        /// The method.
        method: MethodId,
    },
    /// Somebody took a way to reach them away.
    ContactMethodRemoved {
        /// The method.
        method: MethodId,
    },
    /// Somebody is reached in another order, or at other times.
    ContactPlanChanged,
    /// Somebody had a page sent to themselves, to see that it arrives.
    TestPageAsked,
    /// Something happened to a page: people are called, somebody answered, it is over.
    PageChanged {
        /// The page.
        page: PageId,
        /// What happened to it.
        event: page::Event,
    },
    /// Alerts that belong together began to fire. What fires again while it fires is no new fact.
    AlertsFired(alert::Fired),
    /// Alerts that belong together ended.
    AlertsEnded {
        /// The service.
        service: ServiceId,
        /// What they have in common, as the monitor names it.
        group: String,
        /// How many ended.
        alerts: i64,
        /// How many still fire.
        left: i64,
    },
    /// A monitor says that somebody is to look at its alerts. Whether they know of it is not told.
    AlertsAssigned {
        /// The service.
        service: ServiceId,
        /// What they have in common, as the monitor names it.
        group: String,
    },
    /// A monitor told that something of a service was changed, such as its version.
    ChangeTold {
        /// The service.
        service: ServiceId,
        /// What was changed.
        summary: String,
        /// Where it shows more.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        link: Option<String>,
    },
    /// Tickets of another tracker came in.
    TicketsImported {
        /// The name of the source.
        source: String,
        /// How many tickets.
        tickets: i64,
    },
}
