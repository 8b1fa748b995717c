//! What goes wrong, how often in one world, and what was made wrong on purpose.

use crate::chance::Chance;

/// Something that goes wrong.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Fault {
    /// A node died at a moment of the store.
    Crash,
    /// A node died while it called a provider.
    CrashWhileSending,
    /// A node stood still for a while and went on as if nothing had happened.
    Stall,
    /// The clock of one node was wrong for a while.
    ClockOfOne,
    /// The clocks of all nodes were wrong for a while.
    ClockOfAll,
    /// Wall clocks were put forward or back.
    DstNight,
    /// Everything was put back to a copy made before.
    Restore,
    /// A provider refused for good.
    Refused,
    /// A provider could not take it just then.
    Busy,
    /// A provider said nothing, and did nothing.
    Hung,
    /// A provider said nothing, and took it.
    TookSilently,
    /// A provider said that something went wrong in it, whether it had taken it or not.
    Broke,
    /// A provider took it and lost it.
    Lost,
    /// A provider brought it twice.
    BroughtTwice,
    /// A provider told twice what became of it.
    ToldTwice,
    /// A provider told late what became of it.
    ToldLate,
    /// A provider was away for a while.
    Outage,
    /// Somebody did not answer.
    NoAnswer,
    /// Somebody answered twice.
    AnsweredTwice,
    /// Somebody answered long after.
    AnsweredLate,
    /// Duty changed hands, or somebody was away.
    DutyChanged,
    /// Somebody lost their access.
    LeftForGood,
}

/// How often each goes wrong in one world, in a thousand. Many are 0 in many worlds: what is never
/// seen in a calm world hides in a wild one, and the other way round.
#[derive(Clone, Debug)]
pub struct Rates {
    /// A node dies at a moment.
    pub crash: u64,
    /// A node dies while it calls a provider.
    pub crash_while_sending: u64,
    /// A node stands still at a moment.
    pub stall: u64,
    /// A provider refuses.
    pub refuse: u64,
    /// A provider is busy.
    pub busy: u64,
    /// A provider says nothing.
    pub hang: u64,
    /// A provider loses what it took.
    pub lose: u64,
    /// A provider brings it twice.
    pub bring_twice: u64,
    /// A provider tells twice.
    pub tell_twice: u64,
    /// A provider tells late.
    pub tell_late: u64,
    /// Somebody does not answer.
    pub no_answer: u64,
    /// Somebody answers twice.
    pub answer_twice: u64,
    /// Somebody answers long after.
    pub answer_late: u64,
    /// How many outages of providers there are.
    pub outages: u64,
    /// How many times one clock is wrong.
    pub clocks_of_one: u64,
    /// How many times all clocks are wrong.
    pub clocks_of_all: u64,
    /// How many times everything is put back.
    pub restores: u64,
    /// How many times duty changes.
    pub duty_changes: u64,
    /// How many people lose their access.
    pub leavers: u64,
    /// How many things break that monitors watch.
    pub breaks: u64,
    /// How many times a service is worked on.
    pub maintenance: u64,
    /// How often somebody does something to a ticket at most.
    pub acts: u64,
}

impl Rates {
    /// Those of one world.
    pub fn drawn(chance: &mut Chance) -> Self {
        let mut up_to = |most: u64| {
            if chance.percent(40) {
                0
            } else {
                chance.below(most) + 1
            }
        };
        Self {
            crash: up_to(25),
            crash_while_sending: up_to(100),
            stall: up_to(12),
            refuse: up_to(80),
            busy: up_to(200),
            hang: up_to(200),
            lose: up_to(100),
            bring_twice: up_to(100),
            tell_twice: up_to(300),
            tell_late: up_to(200),
            no_answer: up_to(700) + 100,
            answer_twice: up_to(200),
            answer_late: up_to(150),
            outages: up_to(4),
            clocks_of_one: up_to(3),
            clocks_of_all: up_to(2),
            restores: up_to(2) / 2,
            duty_changes: up_to(8),
            leavers: up_to(2) / 2,
            breaks: up_to(16),
            maintenance: up_to(5),
            acts: up_to(3),
        }
    }
}

/// A fault that is planted on purpose, at the seams between the program and its world, to see that
/// it is found. Each stands for a way in which a program like this one is often wrong.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Planted {
    /// The next look at a page is not queued with the page.
    StepForgotten,
    /// The message of a call is not queued with the call.
    MessageForgotten,
    /// The last resort is noted, and not called.
    LastResortSilent,
    /// An answer is told to somebody before it is kept.
    SaidBeforeKept,
    /// Whoever is told no is shown yes.
    RefusalSwallowed,
    /// A provider that says nothing is taken for one that refuses.
    SilenceIsRefusal,
    /// A repeat does not say that it is one.
    MarkForgotten,
    /// What is to be sent waits in memory, and goes out later without asking again.
    QueueInMemory,
    /// A request that was not answered in time is sent again beneath everything.
    RequestRepeated,
    /// Nodes go by a clock on the wall that was put back.
    SlowClock,
    /// Clocks run faster than time.
    FastClock,
    /// Two nodes work on two copies of the database.
    SplitBrain,
    /// A node does not respect what another has claimed.
    LeaseIgnored,
    /// A backup is a plain copy of the file while it is in use.
    NaiveBackup,
    /// Nobody looks for what a clock that was ahead has put off.
    PutOffForgotten,
    /// A monitor is told that what it said is kept before it is.
    AlertSaidBeforeKept,
    /// Nobody looks again at alerts that were quiet for a while.
    QuietForgotten,
}

impl Planted {
    /// Each of them.
    pub const ALL: [Self; 17] = [
        Self::StepForgotten,
        Self::MessageForgotten,
        Self::LastResortSilent,
        Self::SaidBeforeKept,
        Self::RefusalSwallowed,
        Self::SilenceIsRefusal,
        Self::MarkForgotten,
        Self::QueueInMemory,
        Self::RequestRepeated,
        Self::SlowClock,
        Self::FastClock,
        Self::SplitBrain,
        Self::LeaseIgnored,
        Self::NaiveBackup,
        Self::PutOffForgotten,
        Self::AlertSaidBeforeKept,
        Self::QuietForgotten,
    ];

    /// Its name on the command line.
    pub fn name(self) -> String {
        let mut name = String::new();
        for letter in format!("{self:?}").chars() {
            if letter.is_uppercase() && !name.is_empty() {
                name.push('-');
            }
            name.extend(letter.to_lowercase());
        }
        name
    }

    /// The one of that name.
    pub fn parse(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|planted| planted.name() == name)
    }
}
