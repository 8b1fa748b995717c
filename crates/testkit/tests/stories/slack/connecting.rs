//! Connecting Slack: tokens, several workspaces, and what is wrong in words.

use eider_app::slack::{self as app, Edit, Wire};
use eider_domain::person::Role;
use eider_slack::manifest;
use eider_store::slack::thread;
use eider_testkit::{DESK_URL, on_both};
use jiff::SignedDuration;

use super::joining::{Joining, trouble_of, usual};

#[tokio::test]
async fn a_token_connects_the_workspace_that_it_is_for() {
    on_both(async |database| {
        let joining = Joining::new(database).await;
        let support = joining.slack.channel("support").await;
        joining.slack.channel("elsewhere").without_bot().await;
        joining.connect().await;
        let overview = joining.overview().await;
        assert_eq!(overview.connecting, None);
        let [one] = &overview.workspaces[..] else {
            panic!("one workspace: {overview:?}");
        };
        assert_eq!(one.workspace.bot_user_id, joining.slack.bot_user());
        assert!(!one.workspace.token.contains("xoxb"), "it is sealed");
        let names: Vec<&str> = one.found.iter().map(|one| one.name.as_str()).collect();
        assert_eq!(names, ["support"], "only where Eider is a member");

        joining.supports(&support, "support").await;
        let reporter = joining.desk.unnamed(Role::Reporter).await;
        joining.desk.ask(&reporter, "Login fails", "P2").await;
        joining
            .slack
            .until("the ticket has its card", |slack| {
                slack.messages(&support).pop()
            })
            .await;
        joining.slack.assert_no_violations();
    })
    .await;
}

#[tokio::test]
async fn a_wrong_token_is_told_in_words_and_another_can_follow() {
    on_both(async |database| {
        let joining = Joining::new(database).await;
        joining.slack.channel("support").await;
        let eider = &joining.desk.eider;
        let kind = app::enter_token(eider, &joining.administrator, "xapp-1-of-another-kind").await;
        assert!(kind.unwrap_err().to_string().contains("begins with xoxb-"));
        joining.enter("xoxb-of-nobody").await;
        let words = joining
            .until("Slack said no", |overview| {
                overview.connecting.clone()?.trouble
            })
            .await;
        assert!(words.contains("does not know the bot token"), "{words}");
        joining.connect().await;
        assert_eq!(joining.overview().await.connecting, None);
        let lead = joining.desk.unnamed(Role::Lead).await;
        let refused = app::enter_token(eider, &lead, "xoxb-of-a-lead").await;
        assert!(matches!(refused, Err(eider_app::Error::Forbidden(_))));
        joining.slack.assert_no_violations();
    })
    .await;
}

#[tokio::test]
async fn secrets_are_kept_until_others_are_entered() {
    on_both(async |database| {
        let joining = Joining::new(database).await;
        joining.edit(joining.socket_mode()).await;
        let before = joining.overview().await.settings;
        assert!(!before.app_token.clone().unwrap().contains("xapp"));
        joining
            .edit(Edit {
                command: "/help".into(),
                app_token: Some(String::new()),
                ..usual()
            })
            .await;
        let after = joining.overview().await.settings;
        assert_eq!(after.app_token, before.app_token);
        assert_eq!(after.command, "/help");
        let wrong = Edit {
            app_token: Some("xoxb-a-bot-token".into()),
            ..usual()
        };
        let eider = &joining.desk.eider;
        let refused = app::edit_settings(eider, &joining.administrator, wrong).await;
        assert!(matches!(refused, Err(eider_app::Error::Invalid(_))));
    })
    .await;
}

#[tokio::test]
async fn several_workspaces_are_installed_and_one_that_leaves_holds_up_no_other() {
    on_both(async |database| {
        let joining = Joining::new(database).await;
        joining.slack.channel("support").await;
        joining.connect().await;
        let other = joining.slack.another_workspace("Other");
        other.channel("help").await;
        let installer = other.person("Ina", "ina@example.com").await;
        let (id, secret) = joining.slack.client();
        joining
            .edit(Edit {
                client_id: Some(id),
                client_secret: Some(secret),
                ..joining.socket_mode()
            })
            .await;
        let address = joining.served().await;
        let eider = &joining.desk.eider;
        let state = app::begin_install(eider, &joining.administrator)
            .await
            .unwrap();
        let http = reqwest::Client::builder()
            .redirect(reqwest::redirect::Policy::none())
            .build()
            .unwrap();
        let leaving = http
            .get(format!("{address}/slack/install?state={state}"))
            .send()
            .await
            .unwrap();
        let location = leaving.headers()["location"].to_str().unwrap().to_owned();
        assert!(
            location.contains("/oauth/v2/authorize?client_id="),
            "{location}"
        );
        assert!(location.contains("users%3Aread.email"), "{location}");

        let come_back = async |code: String| {
            let back = format!("{address}/slack/oauth?code={code}&state={state}");
            http.get(back).send().await.unwrap().status().as_u16()
        };
        assert_eq!(come_back(other.installs(&installer)).await, 303);
        let overview = joining.overview().await;
        assert_eq!(overview.workspaces.len(), 2);
        let again = come_back(other.installs(&installer)).await;
        assert_eq!(again, 404, "the secret is good once");

        joining.slack.connect_socket();
        joining.lines(1).await;
        other.uninstalls().await;
        let team = other.team().to_owned();
        let words = joining
            .until("its trouble is told", |overview| {
                trouble_of(overview, &team)
            })
            .await;
        assert!(words.contains("was removed from this workspace"), "{words}");
        let overview = joining.overview().await;
        assert_eq!(trouble_of(&overview, joining.slack.team()), None);
        joining.slack.assert_no_violations();
    })
    .await;
}

#[tokio::test]
async fn tokens_that_end_are_renewed_once_by_whichever_node() {
    on_both(async |database| {
        let joining = Joining::new(database).await;
        joining.node("node-2");
        let slack = &joining.slack;
        slack.channel("support").await;
        slack.rotates_tokens();
        let (id, secret) = slack.client();
        joining
            .edit(Edit {
                client_id: Some(id),
                client_secret: Some(secret),
                ..usual()
            })
            .await;
        let installer = slack.person("Ina", "ina@example.com").await;
        let address = joining.served().await;
        let eider = &joining.desk.eider;
        let state = app::begin_install(eider, &joining.administrator)
            .await
            .unwrap();
        let code = slack.installs(&installer);
        let back = format!("{address}/slack/oauth?code={code}&state={state}");
        let back = reqwest::Client::builder()
            .redirect(reqwest::redirect::Policy::none())
            .build()
            .unwrap()
            .get(back)
            .send()
            .await
            .unwrap();
        assert_eq!(back.status(), 303);
        let renewed = async |count: usize| {
            let what = format!("the token was got {count} times");
            slack
                .until(&what, |slack| {
                    let calls = slack.calls_of("oauth.v2.access");
                    (calls.len() == count).then_some(())
                })
                .await;
        };
        // Before it ends, and when nobody was there in time.
        for (hours, count) in [(10, 2), (10, 3), (14, 4)] {
            let before = joining.overview().await.workspaces[0]
                .workspace
                .token
                .clone();
            let now = joining.desk.eider.now();
            joining.desk.set(now + SignedDuration::from_hours(hours));
            renewed(count).await;
            joining
                .until("the new token is kept", |overview| {
                    (overview.workspaces[0].workspace.token != before).then_some(())
                })
                .await;
        }
        app::look_again(eider, &joining.administrator, slack.team())
            .await
            .unwrap();
        joining
            .until("all is well", |overview| {
                trouble_of(overview, slack.team()).is_none().then_some(())
            })
            .await;
        let calls = slack.calls_of("oauth.v2.access");
        assert!(calls.iter().all(|call| call.error.is_none()), "{calls:?}");
        slack.assert_no_violations();
    })
    .await;
}

#[tokio::test]
async fn a_revoked_token_is_told_and_what_waited_follows_the_new_one() {
    on_both(async |database| {
        let joining = Joining::new(database).await;
        let slack = &joining.slack;
        let support = slack.channel("support").await;
        joining.connect().await;
        joining.supports(&support, "support").await;
        slack.revokes_tokens().await;
        let reporter = joining.desk.unnamed(Role::Reporter).await;
        joining.desk.ask(&reporter, "Login fails", "P2").await;
        let words = joining
            .until("its trouble is told", |overview| {
                trouble_of(overview, slack.team())
            })
            .await;
        assert!(words.contains("was revoked"), "{words}");
        assert!(slack.messages(&support).is_empty());
        slack.restores_tokens();
        joining.enter(&slack.bot_token()).await;
        slack
            .until("the ticket has its card after all", |slack| {
                slack.messages(&support).pop()
            })
            .await;
        joining
            .until("all is well", |overview| {
                trouble_of(overview, slack.team()).is_none().then_some(())
            })
            .await;
    })
    .await;
}

#[tokio::test]
async fn the_doctor_says_how_to_mend_each() {
    on_both(async |database| {
        let joining = Joining::new(database).await;
        let slack = &joining.slack;
        let ill = async || -> Vec<String> {
            let checks = joining.eider_slack.examine().await.unwrap();
            let ill = checks.into_iter().filter(|check| check.needs_attention());
            ill.map(|check| format!("{}: {:?}", check.name, check.outcome))
                .collect()
        };
        let none = ill().await;
        assert!(none[0].starts_with("Socket Mode"), "{none:?}");
        assert!(none[1].starts_with("workspace"), "{none:?}");

        let settings = joining.socket_mode();
        slack.uses_manifest(&manifest::manifest("/support", Wire::Socket, DESK_URL));
        let support = slack.channel("support").await;
        joining.edit(settings).await;
        joining.connect().await;
        joining.supports(&support, "support").await;
        assert_eq!(ill().await, Vec::<String>::new());
        joining.desk.pass_minutes(2);

        slack.removes_bot(&support).await;
        let gone = ill().await;
        assert!(
            gone.len() == 1 && gone[0].contains("/invite @Eider"),
            "{gone:?}"
        );
        slack.invites_bot(&support).await;
        slack.set_scopes(&["chat:write", "channels:read", "groups:read"]);
        let scopes = ill().await;
        assert!(
            scopes.len() == 1 && scopes[0].contains("users:read.email"),
            "{scopes:?}"
        );
        slack.revokes_tokens().await;
        let revoked = ill().await;
        assert!(
            revoked.iter().any(|one| one.contains("token_revoked")),
            "{revoked:?}"
        );
    })
    .await;
}

#[tokio::test]
async fn a_workspace_is_disconnected_and_goes_on_when_it_is_connected_again() {
    on_both(async |database| {
        let joining = Joining::new(database).await;
        let slack = &joining.slack;
        let support = slack.channel("support").await;
        slack.connect_socket();
        joining.edit(joining.socket_mode()).await;
        joining.connect().await;
        joining.supports(&support, "support").await;
        joining.lines(1).await;
        joining
            .until("the line is seen to be open", |overview| {
                overview.line_open_at
            })
            .await;
        let reporter = joining.desk.unnamed(Role::Reporter).await;
        let ticket = joining.desk.ask(&reporter, "Login fails", "P2").await;
        let card = slack
            .until("the ticket has its card", |slack| {
                slack.messages(&support).pop()
            })
            .await;

        let eider = &joining.desk.eider;
        app::disconnect(eider, &joining.administrator, slack.team())
            .await
            .unwrap();
        joining.lines(0).await;
        let overview = joining.overview().await;
        assert!(overview.workspaces.is_empty() && overview.channels.is_empty());
        assert_eq!(overview.settings.app_token, None);
        let again = app::disconnect(eider, &joining.administrator, slack.team()).await;
        assert!(matches!(again, Err(eider_app::Error::NotFound(_))));
        let (_, ada) = joining.desk.person("Ada Lovelace", Role::Responder).await;
        eider_app::ticket::say(eider, &ada, ticket.number, "While it was away")
            .await
            .unwrap();
        joining
            .desk
            .until("it is noted that nothing can be told", async || {
                let mut tx = joining.desk.db().read().await.unwrap();
                let thread = thread::of(&mut tx, ticket.id).await.unwrap();
                thread.unwrap().trouble
            })
            .await;
        assert!(slack.thread(&support, &card.ts).is_empty());

        joining.desk.pass_minutes(2);
        joining.edit(joining.socket_mode()).await;
        joining.connect().await;
        joining.lines(1).await;
        let told = slack
            .until("what happened meanwhile is told", |slack| {
                slack.thread(&support, &card.ts).pop()
            })
            .await;
        assert!(told.words().contains("While it was away"));
        assert_eq!(slack.messages(&support).len(), 1, "the same card");
        slack.assert_no_violations();
    })
    .await;
}
