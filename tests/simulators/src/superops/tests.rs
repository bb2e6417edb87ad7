mod app;
mod assets;
mod conditions;
mod faults;
mod paging;
mod protocol;
