//! People come in, and who may not is kept out.

mod link;
mod people;
mod sign_in;
mod token;
