//! Settings of the whole desk.

use eider_domain::{
    access::{Action, Actor, may},
    text,
};
use jiff::tz::TimeZone;

use super::{NAME_LIMIT_CHARACTERS, checked, keep, rescale};
use crate::{
    Eider, Result,
    desk::{SETTINGS, Settings},
    error::FieldErrors,
};

/// The currencies of ISO 4217 that people are paid in, in order.
const CURRENCIES: &str = "AED AFN ALL AMD ANG AOA ARS AUD AWG AZN BAM BBD BDT BGN BHD BIF BMD BND \
    BOB BRL BSD BTN BWP BYN BZD CAD CDF CHF CLP CNY COP CRC CUP CVE CZK DJF DKK DOP DZD EGP ERN \
    ETB EUR FJD FKP GBP GEL GHS GIP GMD GNF GTQ GYD HKD HNL HTG HUF IDR ILS INR IQD IRR ISK JMD \
    JOD JPY KES KGS KHR KMF KPW KRW KWD KYD KZT LAK LBP LKR LRD LSL LYD MAD MDL MGA MKD MMK MNT \
    MOP MRU MUR MVR MWK MXN MYR MZN NAD NGN NIO NOK NPR NZD OMR PAB PEN PGK PHP PKR PLN PYG QAR \
    RON RSD RUB RWF SAR SBD SCR SDG SEK SGD SHP SLE SOS SRD SSP STN SVC SYP SZL THB TJS TMT TND \
    TOP TRY TTD TWD TZS UAH UGX USD UYU UZS VES VND VUV WST XAF XCD XOF XPF YER ZAR ZMW ZWG";

/// Writes the settings. When resolved tickets are to be closed after another time, those that wait
/// for it follow.
///
/// # Errors
/// `Invalid` names every field that cannot be used.
pub async fn save_settings(eider: &Eider, actor: &Actor, settings: Settings) -> Result<Settings> {
    may(actor, Action::Configure)?;
    let settings = check(settings)?;
    let mut tx = eider.db().write().await?;
    let desk = eider.desk_in(&mut tx).await?;
    eider_store::setting::put(&mut tx, SETTINGS, &settings).await?;
    if desk.settings.close_after_days != settings.close_after_days {
        rescale::enqueue(eider, &mut tx).await?;
    }
    if desk.settings.zone != settings.zone {
        crate::slack::plan_anew(eider, &mut tx).await?;
    }
    keep(eider, tx, actor, "settings", &settings.company).await?;
    Ok(settings)
}

fn check(settings: Settings) -> Result<Settings> {
    let mut errors = FieldErrors::default();
    let company = text::line(
        "The company’s name",
        &settings.company,
        NAME_LIMIT_CHARACTERS,
    );
    let company = errors.check("company", company);
    let zone = TimeZone::get(settings.zone.trim()).ok();
    let zone = zone.and_then(|zone| zone.iana_name().map(str::to_owned));
    if zone.is_none() {
        errors.add(
            "zone",
            "This is not a known time zone. Use a name from the IANA list, like Europe/London.",
        );
    }
    let currency = settings.currency.trim().to_uppercase();
    if !CURRENCIES.split_whitespace().any(|known| known == currency) {
        let message = "Write the three letters of a currency, like EUR, GBP or USD.";
        errors.add("currency", message);
    }
    if !(1..=365).contains(&settings.close_after_days) {
        errors.add("close_after_days", "Write a number of days from 1 to 365.");
    }
    errors.finish()?;
    Ok(Settings {
        company: checked(company, "company")?,
        zone: checked(zone, "zone")?,
        currency,
        ..settings
    })
}
