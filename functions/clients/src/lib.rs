//! Clients, their profitability and labour cost rates: /api/clients, /api/cost-rates, /api/technicians.
