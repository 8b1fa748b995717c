//! The lead is told what should not be so: once, and that it is mended only if they were told.

use eider_testkit::on_both;

use super::watched::Watched;

#[tokio::test]
async fn the_lead_is_told_each_thing_once_and_when_it_is_mended() {
    on_both(async |database| {
        let squad = Watched::new(database).await;
        let lin = &squad.lead.0;
        squad.weekly("Payments, primary", "primary").await;
        let buddies = squad.weekly("Payments, secondary", "secondary").await;
        squad.at("2026-03-03T08:59:59Z").await;
        assert!(squad.subjects(lin).is_empty(), "it waits for the morning");
        squad.at("2026-03-03T09:00:00Z").await;
        let mail = squad.mail_to(lin);
        assert_eq!(mail.len(), 1, "everything in one message");
        let text = &mail[0].text;
        let double = "Payments, primary: Ada Lovelace is primary and secondary at once";
        assert!(text.contains(double), "{text}");
        assert!(text.contains("Ben Okri is primary and secondary"), "{text}");
        assert!(text.contains("/on-call/rotas/"), "{text}");
        for morning in ["2026-03-04T09:00:00Z", "2026-03-05T09:00:00Z"] {
            squad.at(morning).await;
            assert_eq!(squad.subjects(lin).len(), 1, "{morning}: they know");
        }

        let mut retired = squad.rota("Payments, secondary", "secondary");
        retired["retired"] = true.into();
        let path = format!("/api/v1/rotas/{buddies}");
        let (status, _) = squad.lead.1.json("PUT", &path, Some(retired)).await;
        assert_eq!(status, 200);
        squad.settle().await;
        assert_eq!(squad.subjects(lin).len(), 1, "good news waits too");
        squad.at("2026-03-06T09:00:00Z").await;
        let subjects = squad.subjects(lin);
        assert_eq!(subjects.len(), 2, "{subjects:?}");
        assert_eq!(subjects[1], "Mended in the rotas of Payments");
        squad.at("2026-03-09T09:00:00Z").await;
        assert_eq!(squad.subjects(lin).len(), 2);
        let others = [&squad.ada.0, &squad.ben.0, &squad.cleo.0];
        let about_rotas = |subject: &String| subject.contains("in the rotas of");
        let told = others.iter().flat_map(|one| squad.subjects(one));
        assert_eq!(told.filter(about_rotas).count(), 0, "only the lead is told");
    })
    .await;
}

#[tokio::test]
async fn a_gap_within_two_days_is_told_at_once() {
    on_both(async |database| {
        let squad = Watched::new(database).await;
        let lin = &squad.lead.0;
        squad.weekly("Payments, primary", "primary").await;
        let (from, until) = ("2026-03-03T00:00:00Z", "2026-03-04T00:00:00Z");
        squad.away(&squad.ada.0, from, until).await;
        squad.settle().await;
        let mail = squad.mail_to(lin);
        assert_eq!(mail.len(), 1);
        let gap = "Nobody is on call, Tue 3 Mar 00:00 to Wed 4 Mar 00:00: Ada Lovelace is away.";
        assert!(mail[0].text.contains(gap), "{}", mail[0].text);
        // The morning's message does not say it again, although the gap has begun.
        squad.at("2026-03-03T09:00:00Z").await;
        assert_eq!(squad.mail_to(lin).len(), 1);
        // It is over without having been mended, which is no news.
        squad.at("2026-03-05T09:00:00Z").await;
        assert_eq!(squad.mail_to(lin).len(), 1);
    })
    .await;
}

#[tokio::test]
async fn a_gap_is_told_when_it_comes_near_on_a_weekend_too() {
    on_both(async |database| {
        let squad = Watched::new(database).await;
        let lin = &squad.lead.0;
        squad.weekly("Payments, primary", "primary").await;
        squad.at("2026-03-06T12:00:00Z").await;
        let (from, until) = ("2026-03-09T20:00:00Z", "2026-03-09T22:00:00Z");
        squad.away(&squad.ben.0, from, until).await;
        squad.at("2026-03-07T19:59:59Z").await;
        assert!(squad.mail_to(lin).is_empty(), "it is two days away");
        squad.at("2026-03-07T20:00:00Z").await;
        assert_eq!(
            squad.mail_to(lin).len(),
            1,
            "no morning of a working day is before"
        );
    })
    .await;
}

#[tokio::test]
async fn what_was_mended_before_anybody_was_told_is_not_told() {
    on_both(async |database| {
        let squad = Watched::new(database).await;
        let lin = &squad.lead.0;
        squad.weekly("Payments, primary", "primary").await;
        let (from, until) = ("2026-03-24T00:00:00Z", "2026-03-25T00:00:00Z");
        let absence = squad.away(&squad.ada.0, from, until).await;
        squad.settle().await;
        let path = format!("/api/v1/absences/{absence}");
        let (status, _) = squad.lead.1.json("DELETE", &path, None).await;
        assert_eq!(status, 204);
        squad.at("2026-03-03T09:00:00Z").await;
        assert!(squad.mail_to(lin).is_empty(), "neither that nor its end");
        // Noted again and told; the facts say to whom.
        squad.away(&squad.ada.0, from, until).await;
        squad.at("2026-03-04T09:00:00Z").await;
        assert_eq!(squad.mail_to(lin).len(), 1);
        let (status, facts) = squad
            .lead
            .1
            .json("GET", "/api/v1/facts?limit=200", None)
            .await;
        assert_eq!(status, 200);
        let facts = facts["items"].as_array().unwrap();
        let told = facts.iter().find(|fact| fact["kind"] == "leads_told");
        let told = told.expect("the fact is kept");
        assert_eq!(told["data"]["people"][0], lin.id.to_string(), "{told}");
        assert_eq!(told["data"]["squad"], squad.squad.to_string());
    })
    .await;
}

#[tokio::test]
async fn whoever_may_take_a_swap_hears_of_it_and_the_asker_of_the_answer() {
    on_both(async |database| {
        let squad = Watched::new(database).await;
        let id = squad.weekly("Payments, primary", "primary").await;
        squad.settle().await;
        let path = format!("/on-call/rotas/{id}/swap");
        let week = [("from", "2026-03-23T09:00"), ("until", "2026-03-30T09:00")];
        let ask = async || {
            let asked = squad.ada.1.post_form(&path, &week).await;
            assert_eq!(asked.status(), 303);
            squad.settle().await;
            let (status, swaps) = squad.ada.1.json("GET", "/api/v1/swaps", None).await;
            assert_eq!(status, 200, "{swaps}");
            let swaps = swaps["items"].as_array().unwrap().clone();
            let open = swaps.iter().find(|swap| swap["state"] == "open");
            open.expect("it is open")["id"].as_str().unwrap().to_owned()
        };
        let about_swaps = |person| {
            let mut subjects = squad.subjects(person);
            subjects.retain(|subject| subject.contains("time on call"));
            subjects
        };
        let (ada, ben, cleo) = (&squad.ada.0, &squad.ben.0, &squad.cleo.0);
        let swap = ask().await;
        let asks = "Ada Lovelace asks who takes their time on call";
        assert_eq!(about_swaps(ben), [asks]);
        assert_eq!(about_swaps(cleo), [asks]);
        let none: [&str; 0] = [];
        assert_eq!(about_swaps(ada), none, "she knows");
        assert_eq!(about_swaps(&squad.lead.0), none, "Lin is not in the rota");
        let mail = squad.mail_to(ben).pop().unwrap();
        assert!(
            mail.text.contains("Payments, primary, Mon 23 Mar 09:00"),
            "{}",
            mail.text
        );
        assert!(mail.text.contains("/my-duty"), "{}", mail.text);

        let answer = format!("/my-duty/swaps/{swap}");
        let taken = squad.cleo.1.post_form(&answer, &[("deed", "take")]).await;
        assert_eq!(taken.status(), 303);
        squad.settle().await;
        assert_eq!(about_swaps(ada), ["Cleo Nine takes your time on call"]);
        assert_eq!(about_swaps(ben).len(), 1);
        assert_eq!(about_swaps(cleo).len(), 1, "she knows");
    })
    .await;
}
