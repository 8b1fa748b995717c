//! Who may do what, decided in one function.

use serde::{Deserialize, Serialize};

use crate::{PersonId, SquadId, person::Role};

/// Somebody who asks to do something, with what we know of their rights.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Actor {
    /// Who.
    pub person: PersonId,
    /// What they do here.
    pub role: Role,
    /// The squads they belong to.
    pub squads: Vec<SquadId>,
    /// When they come with a token: what the token is good for. Signed-in people have no limit
    /// besides their role.
    pub scopes: Option<Vec<Scope>>,
}

/// What an API token is good for.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Scope {
    /// Read everything that its owner may read.
    Read,
    /// Ask, reply and work on tickets as its owner may.
    Write,
    /// Configure, invite and import as its owner may.
    Manage,
}

impl Scope {
    /// Every scope.
    pub const ALL: [Self; 3] = [Self::Read, Self::Write, Self::Manage];

    /// The word that is stored and sent.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Read => "read",
            Self::Write => "write",
            Self::Manage => "manage",
        }
    }

    /// The scope of that word, if there is one.
    pub fn parse(word: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|scope| scope.as_str() == word)
    }
}

/// Something that somebody asks to do.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Action {
    /// Read tickets, features, squads, people's names and figures.
    Read,
    /// Read the facts as a stream.
    ReadFacts,
    /// Ask for help, or follow what becomes of it.
    Ask,
    /// Write in a thread or attach a file.
    Reply,
    /// Take, assign, prioritise, resolve: everything that working on a ticket is.
    Work,
    /// Say that a resolved ticket works, or does not; the reporter's own word, or that of whoever
    /// works on tickets for them.
    Confirm {
        /// Who asked.
        reporter: PersonId,
    },
    /// Have people called about a ticket, whatever the hour; the reporter's own word, or that of
    /// whoever works on tickets.
    Wake {
        /// Who asked.
        reporter: PersonId,
    },
    /// Correct or take back a message.
    EditMessage {
        /// Who wrote it.
        author: PersonId,
    },
    /// Change one's own profile, password, tokens.
    OwnAccount,
    /// Change how one is reached oneself.
    OwnContact,
    /// Change a squad or what it looks after.
    ManageSquad {
        /// The squad; none for something that no squad looks after yet.
        squad: Option<SquadId>,
    },
    /// Keep the register of known issues.
    KeepKnownIssues,
    /// Put somebody on call for a time, whoever else would be.
    PutOnCall {
        /// The squad of the rota; none for one of the company.
        squad: Option<SquadId>,
        /// Who.
        person: PersonId,
    },
    /// Note when somebody is away.
    KeepAbsence {
        /// Who.
        person: PersonId,
    },
    /// Invite people and give them roles.
    ManagePeople,
    /// Change priorities, calendars, the glossary and settings.
    Configure,
    /// Import another tracker's tickets.
    Import,
}

/// The answer no, as a sentence for the person who asked.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Forbidden {
    /// The role does not reach that far.
    #[error("This needs the role {needed}. An administrator can give it to you.", needed = .0.as_str())]
    Role(Role),
    /// It belongs to another squad.
    #[error("This belongs to a squad that you do not lead. Ask its lead or an administrator.")]
    OtherSquad,
    /// It is somebody else's.
    #[error("Only the person it belongs to can do this, or somebody who works on tickets.")]
    NotYours,
    /// The token is not good for it.
    #[error("This token is not good for that: it needs the scope {}. Make a token that has it.", .0.as_str())]
    Scope(Scope),
}

/// Decides whether `actor` may do `action`. The one place where rights are decided.
///
/// # Errors
/// The reason why not, in words for the person.
pub fn may(actor: &Actor, action: Action) -> Result<(), Forbidden> {
    let scope = scope_of(action);
    if actor
        .scopes
        .as_ref()
        .is_some_and(|scopes| !scopes.contains(&scope))
    {
        return Err(Forbidden::Scope(scope));
    }
    match action {
        Action::Read | Action::OwnAccount => Ok(()),
        Action::Ask | Action::Reply => at_least(actor, Role::Reporter),
        Action::Work | Action::KeepKnownIssues | Action::OwnContact => {
            at_least(actor, Role::Responder)
        }
        Action::Confirm { reporter } | Action::Wake { reporter } if reporter == actor.person => {
            at_least(actor, Role::Reporter)
        }
        Action::Confirm { .. } | Action::Wake { .. } if actor.role < Role::Responder => {
            Err(Forbidden::NotYours)
        }
        Action::Confirm { .. } | Action::Wake { .. } => Ok(()),
        Action::EditMessage { author } if author == actor.person => at_least(actor, Role::Reporter),
        Action::EditMessage { .. } if actor.role < Role::Lead => Err(Forbidden::NotYours),
        Action::EditMessage { .. } => Ok(()),
        Action::ManageSquad { squad } => leads(actor, squad),
        // One who works on tickets answers for their own time.
        Action::PutOnCall { person, .. } | Action::KeepAbsence { person }
            if person == actor.person =>
        {
            at_least(actor, Role::Responder)
        }
        Action::PutOnCall { squad, .. } => leads(actor, squad),
        Action::KeepAbsence { .. } => at_least(actor, Role::Lead),
        Action::ReadFacts => at_least(actor, Role::Lead),
        Action::ManagePeople | Action::Configure | Action::Import => {
            at_least(actor, Role::Administrator)
        }
    }
}

fn scope_of(action: Action) -> Scope {
    match action {
        Action::Read | Action::ReadFacts => Scope::Read,
        Action::Ask
        | Action::Reply
        | Action::Work
        | Action::Confirm { .. }
        | Action::Wake { .. }
        | Action::EditMessage { .. }
        | Action::PutOnCall { .. }
        | Action::KeepAbsence { .. } => Scope::Write,
        Action::OwnAccount
        | Action::OwnContact
        | Action::ManageSquad { .. }
        | Action::KeepKnownIssues
        | Action::ManagePeople
        | Action::Configure
        | Action::Import => Scope::Manage,
    }
}

/// Whether somebody leads a squad; what is of no squad is an administrator's.
fn leads(actor: &Actor, squad: Option<SquadId>) -> Result<(), Forbidden> {
    match actor.role {
        Role::Administrator => Ok(()),
        Role::Lead if squad.is_some_and(|squad| actor.squads.contains(&squad)) => Ok(()),
        Role::Lead => Err(Forbidden::OtherSquad),
        _ => Err(Forbidden::Role(Role::Lead)),
    }
}

fn at_least(actor: &Actor, role: Role) -> Result<(), Forbidden> {
    if actor.role >= role {
        Ok(())
    } else {
        Err(Forbidden::Role(role))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use uuid::Uuid;

    fn actor(role: Role) -> Actor {
        Actor {
            person: Uuid::from_u128(1).into(),
            role,
            squads: vec![Uuid::from_u128(7).into()],
            scopes: None,
        }
    }

    #[test]
    fn a_higher_role_may_all_that_a_lower_one_may() {
        let somebody = Uuid::from_u128(2).into();
        for action in [
            Action::Read,
            Action::ReadFacts,
            Action::Ask,
            Action::Reply,
            Action::Work,
            Action::Confirm { reporter: somebody },
            Action::Wake { reporter: somebody },
            Action::EditMessage { author: somebody },
            Action::OwnAccount,
            Action::ManageSquad {
                squad: Some(Uuid::from_u128(7).into()),
            },
            Action::ManageSquad { squad: None },
            Action::KeepKnownIssues,
            Action::PutOnCall {
                squad: Some(Uuid::from_u128(7).into()),
                person: somebody,
            },
            Action::PutOnCall {
                squad: None,
                person: somebody,
            },
            Action::KeepAbsence { person: somebody },
            Action::ManagePeople,
            Action::Configure,
            Action::Import,
        ] {
            let answers: Vec<bool> = Role::ALL
                .iter()
                .map(|role| may(&actor(*role), action).is_ok())
                .collect();
            assert!(answers.is_sorted(), "{action:?}: {answers:?}");
            assert_eq!(answers.last(), Some(&true), "{action:?}");
        }
    }

    #[test]
    fn a_token_does_only_what_it_is_good_for() {
        let mut administrator = actor(Role::Administrator);
        administrator.scopes = Some(vec![Scope::Read]);
        assert_eq!(may(&administrator, Action::Read), Ok(()));
        assert_eq!(
            may(&administrator, Action::Work),
            Err(Forbidden::Scope(Scope::Write))
        );
        assert_eq!(
            may(&administrator, Action::Import),
            Err(Forbidden::Scope(Scope::Manage))
        );
    }

    #[test]
    fn what_others_wrote_is_left_to_a_lead() {
        let author = Uuid::from_u128(2).into();
        let edits = |role, author| may(&actor(role), Action::EditMessage { author });
        for role in [Role::Reporter, Role::Responder] {
            assert_eq!(edits(role, author), Err(Forbidden::NotYours));
            assert_eq!(edits(role, actor(role).person), Ok(()));
        }
        assert_eq!(edits(Role::Lead, author), Ok(()));
    }

    #[test]
    fn responders_answer_for_their_own_time_and_leads_for_their_squads() {
        let (own, other) = (
            Some(Uuid::from_u128(7).into()),
            Some(Uuid::from_u128(8).into()),
        );
        let somebody = Uuid::from_u128(2).into();
        let puts = |role, squad, person| may(&actor(role), Action::PutOnCall { squad, person });
        let me = actor(Role::Responder).person;
        assert_eq!(puts(Role::Responder, other, me), Ok(()));
        assert_eq!(
            puts(Role::Reporter, own, me),
            Err(Forbidden::Role(Role::Responder))
        );
        assert_eq!(
            puts(Role::Responder, own, somebody),
            Err(Forbidden::Role(Role::Lead))
        );
        assert_eq!(puts(Role::Lead, own, somebody), Ok(()));
        assert_eq!(
            puts(Role::Lead, other, somebody),
            Err(Forbidden::OtherSquad)
        );
        assert_eq!(puts(Role::Lead, None, somebody), Err(Forbidden::OtherSquad));
        let away = |role, person| may(&actor(role), Action::KeepAbsence { person });
        assert_eq!(away(Role::Responder, me), Ok(()));
        assert_eq!(
            away(Role::Responder, somebody),
            Err(Forbidden::Role(Role::Lead))
        );
    }

    #[test]
    fn a_reporter_confirms_their_own() {
        let reporter = actor(Role::Reporter);
        assert_eq!(
            may(
                &reporter,
                Action::Confirm {
                    reporter: reporter.person
                }
            ),
            Ok(())
        );
        let other = Uuid::from_u128(2).into();
        assert_eq!(
            may(&reporter, Action::Confirm { reporter: other }),
            Err(Forbidden::NotYours)
        );
    }
}
