//! People come in, and who may not is kept out.

mod access;
mod guard;
mod link;
mod pages;
mod people;
mod people_pages;
mod sign_in;
mod stream;
mod token;
