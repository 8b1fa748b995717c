//! People come in, and who may not is kept out.

mod access;
mod link;
mod pages;
mod people;
mod sign_in;
mod token;
