mod app;
mod conditions;
mod faults;
mod paging;
mod protocol;
