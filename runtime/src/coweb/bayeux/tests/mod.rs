//! A hub and its clients in one process; over real connections where it is the connection that matters.

mod acks;
mod house;
mod life;
mod limits;
mod polling;
mod socket;
