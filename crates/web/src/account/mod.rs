//! Coming in and one's own account: signing in and out, links, the profile, tokens, the theme.

/// The path of the page behind a link that lets somebody in, by the secret in it.
pub fn welcome_path(secret: &str) -> String {
    format!("/welcome/{secret}")
}
