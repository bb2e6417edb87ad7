// Drives the QuickBooks simulator with node-quickbooks, an independent client, unpatched.
//
// Environment: BASE (http://127.0.0.1:port), CLIENT_ID, CLIENT_SECRET, PACKAGES (where node_modules is).

import { createRequire } from 'node:module';
import { join } from 'node:path';

// The packages are installed outside the source tree.
const require = createRequire(join(process.env.PACKAGES, 'package.json'));
const QuickBooks = require('node-quickbooks');

const { BASE, CLIENT_ID, CLIENT_SECRET } = process.env;
const REDIRECT = 'https://app.example.com/callback';

QuickBooks.V3_ENDPOINT_BASE_URL = `${BASE}/v3/company/`;
QuickBooks.TOKEN_URL = `${BASE}/oauth2/v1/tokens/bearer`;
QuickBooks.REVOKE_URL = `${BASE}/v2/oauth2/tokens/revoke`;

let passed = 0;
let failed = 0;

function check(sentence, holds) {
  if (holds) passed += 1;
  else failed += 1;
  console.log(`${holds ? 'ok  ' : 'FAIL'} node    ${sentence}`);
}

const cents = (amount) => Math.round(Number(amount || 0) * 100);
const unique = `${Date.now()}`;

/** The consent page and the first exchange, which this client leaves to its users. */
async function connect() {
  const consent = new URLSearchParams({
    client_id: CLIENT_ID, response_type: 'code', scope: 'com.intuit.quickbooks.accounting',
    redirect_uri: REDIRECT, state: 'from-node',
  });
  const page = await fetch(`${BASE}/connect/oauth2?${consent}`, { redirect: 'manual' });
  const back = new URL(page.headers.get('location')).searchParams;
  check('consent leads back with code, state and company',
    page.status === 302 && back.has('code') && back.get('state') === 'from-node' && /^\d+$/.test(back.get('realmId')));
  const answer = await fetch(QuickBooks.TOKEN_URL, {
    method: 'POST',
    headers: { Authorization: `Basic ${Buffer.from(`${CLIENT_ID}:${CLIENT_SECRET}`).toString('base64')}` },
    body: new URLSearchParams({ grant_type: 'authorization_code', code: back.get('code'), redirect_uri: REDIRECT }),
  });
  return { realmId: back.get('realmId'), ...await answer.json() };
}

function client(tokens) {
  const qbo = new QuickBooks({
    consumerKey: CLIENT_ID, consumerSecret: CLIENT_SECRET, token: tokens.access_token, tokenSecret: false,
    realmId: tokens.realmId, useSandbox: true, debug: false, minorversion: 75, oauthversion: '2.0',
    refreshToken: tokens.refresh_token,
  });
  /** A method of the client as a promise. */
  const call = (method, ...args) => new Promise((resolve, reject) => {
    qbo[method](...args, (error, result) => (error ? reject(error) : resolve(result)));
  });
  return { qbo, call };
}

/** The code of the fault that a call must end with. */
async function fault(promise) {
  try {
    await promise;
    return 'none';
  } catch (error) {
    const body = error.Fault ? error : error.response?.data ?? {};
    return body.Fault?.Error[0].code ?? body.fault?.error[0].code ?? body.error ?? String(error);
  }
}

async function tokens({ qbo, call }) {
  const first = qbo.refreshToken;
  await call('refreshAccessToken');
  check('a refresh brings a new refresh token', qbo.refreshToken !== first);
  const latest = qbo.refreshToken;
  qbo.refreshToken = first;
  check('the replaced refresh token is refused', await fault(call('refreshAccessToken')) === 'invalid_grant');
  qbo.refreshToken = latest;
}

async function reads({ qbo, call }) {
  const company = await call('getCompanyInfo', qbo.realmId);
  check('the company tells its name', company.Id === '1' && company.CompanyName.length > 0);
  const count = (await call('findInvoices', { count: true })).QueryResponse.totalCount;
  const page = (await call('findInvoices', [{ field: 'limit', value: 7 }, { field: 'offset', value: 8 }])).QueryResponse;
  check('a page has its size and position', page.Invoice.length === 7 && page.startPosition === 8 && page.maxResults === 7);
  const all = (await call('findInvoices', { fetchAll: true })).QueryResponse.Invoice;
  const ids = new Set(all.map((invoice) => invoice.Id));
  check(`paging over all ${count} invoices brings each once`, count > 1000 && all.length === count && ids.size === count);
  const one = await call('getInvoice', all[0].Id);
  check('an invoice is read by its id', one.Id === all[0].Id && one.TotalAmt === all[0].TotalAmt);
  const large = (await call('findInvoices', [
    { field: 'TotalAmt', value: '1000', operator: '>' }, { field: 'desc', value: 'TotalAmt' }, { field: 'limit', value: 1000 },
  ])).QueryResponse.Invoice;
  check('conditions and order are kept',
    large.every((invoice, i) => invoice.TotalAmt > 1000 && (i === 0 || large[i - 1].TotalAmt >= invoice.TotalAmt)));
  const customers = (await call('findCustomers', [{ field: 'DisplayName', value: '%a%', operator: 'LIKE' }])).QueryResponse;
  check('LIKE finds customers', customers.Customer.every((customer) => /a/i.test(customer.DisplayName)));
  check('a missing object is fault 610', await fault(call('getInvoice', '999999999')) === '610');
  check('a broken query is fault 4000', await fault(call('findInvoices', 'where where')) === '4000');
}

async function names({ call }) {
  const name = `O'Brien & Sons ${unique}`;
  const made = await call('createCustomer', { DisplayName: name, PrimaryEmailAddr: { Address: 'a@example.com' } });
  check('a customer is created', made.SyncToken === '0' && made.Active === true);
  const found = (await call('findCustomers', { DisplayName: name })).QueryResponse.Customer;
  check('a name with quote and ampersand is found', found.length === 1 && found[0].Id === made.Id);
  check('its name is taken, for vendors too', await fault(call('createVendor', { DisplayName: name })) === '6240');
  const update = { Id: made.Id, SyncToken: '0', sparse: true, Notes: 'first' };
  const updated = await call('updateCustomer', { ...update });
  check('a sparse update keeps the rest',
    updated.SyncToken === '1' && updated.Notes === 'first' && updated.PrimaryEmailAddr.Address === 'a@example.com');
  check('a stale update is fault 5010', await fault(call('updateCustomer', { ...update })) === '5010');
  const gone = await call('updateCustomer', { Id: made.Id, SyncToken: '1', sparse: true, Active: false });
  check('a deactivated name is marked', gone.Active === false && gone.DisplayName === `${name} (deleted)`);
}

async function anyItem({ call }) {
  const items = (await call('findItems', { limit: 100 })).QueryResponse.Item;
  return items.find((item) => item.IncomeAccountRef);
}

async function documents(session) {
  const { call } = session;
  const item = await anyItem(session);
  const customer = await call('createCustomer', { DisplayName: `Documents ${unique}` });
  const line = (amount) => ({
    Amount: amount, DetailType: 'SalesItemLineDetail', SalesItemLineDetail: { ItemRef: { value: item.Id } },
  });
  const bill = (amount, more = {}) => call('createInvoice', {
    CustomerRef: { value: customer.Id }, Line: [line(amount)], ...more,
  });
  const first = await bill(100.1);
  const requestId = `node-${unique}`;
  const twice = [await bill(50, { requestId }), await bill(50, { requestId })];
  check('a repeated request id makes one invoice', twice[0].Id === twice[1].Id);
  check('a taken document number is fault 6140',
    await fault(bill(1, { DocNumber: first.DocNumber })) === '6140');
  const repeated = await bill(1, { DocNumber: first.DocNumber, allowDuplicateDocNum: true });
  check('unless duplicates are allowed', repeated.DocNumber === first.DocNumber);
  check('an unknown customer is fault 2500',
    await fault(call('createInvoice', { CustomerRef: { value: '99999999' }, Line: [line(1)] })) === '2500');

  const paid = await call('createPayment', {
    CustomerRef: { value: customer.Id }, TotalAmt: 100.1,
    Line: [{ Amount: 100.1, LinkedTxn: [{ TxnId: first.Id, TxnType: 'Invoice' }] }],
  });
  const settled = await call('getInvoice', first.Id);
  check('a payment settles its invoice', settled.Balance === 0 && settled.LinkedTxn[0].TxnId === paid.Id);
  const void1 = await call('voidPayment', { Id: paid.Id, SyncToken: paid.SyncToken });
  check('a void payment has no amount', void1.TotalAmt === 0 && void1.PrivateNote === 'Voided');
  const open = await call('getInvoice', first.Id);
  check('and its invoice is open again', cents(open.Balance) === 10010 && open.LinkedTxn.length === 0);

  const void2 = await call('voidInvoice', { Id: first.Id, SyncToken: open.SyncToken });
  check('a void invoice has no amount', void2.Invoice.TotalAmt === 0 && void2.Invoice.Balance === 0);
  const gone = await call('deleteInvoice', twice[0].Id);
  check('a deleted invoice says so', gone.Invoice.status === 'Deleted');
  check('and is no longer there', await fault(call('getInvoice', twice[0].Id)) === '610');
  const owed = (await call('getCustomer', customer.Id)).Balance;
  check('the customer owes what is left', cents(owed) === 100);
  return { deleted: twice[0].Id, voided: first.Id };
}

async function changes({ call }, { deleted, voided }) {
  const since = new Date(Date.now() - 10 * 60 * 1000);
  const told = (await call('changeDataCapture', ['Invoice', 'Customer'], since)).CDCResponse[0].QueryResponse;
  const invoices = told.find((entry) => entry.Invoice).Invoice;
  check('change data tells the deleted invoice',
    invoices.some((invoice) => invoice.Id === deleted && invoice.status === 'Deleted'));
  check('and the void one', invoices.some((invoice) => invoice.Id === voided && invoice.PrivateNote === 'Voided'));
  check('older than thirty days is refused',
    await fault(call('changeDataCapture', 'Invoice', '2020-01-01T00:00:00Z')) === '6000');
}

async function batches({ call }) {
  const answer = await call('batch', [
    { bId: 'a', operation: 'create', Vendor: { DisplayName: `Batch ${unique}` } },
    { bId: 'b', operation: 'delete', Invoice: { Id: '999999999', SyncToken: '0' } },
    { bId: 'c', Query: 'select count(*) from Customer' },
  ]);
  const [made, missing, counted] = answer.BatchItemResponse;
  check('each item of a batch has its own outcome',
    made.Vendor.Id && missing.Fault.Error[0].code === '610' && counted.QueryResponse.totalCount > 0);
  const many = Array.from({ length: 31 }, (_, i) => ({ bId: `${i}`, Query: 'select count(*) from Customer' }));
  check('thirty-one items are too many', await fault(call('batch', many)) === '6000');
}

/** The cells of the row that closes a group. */
function summary(report, group) {
  return report.Rows.Row.find((row) => row.group === group).Summary.ColData.map((cell) => cell.value);
}

async function reports({ call }) {
  const year = { start_date: '2026-01-01', end_date: '2026-12-31' };
  const months = await call('reportProfitAndLoss', { ...year, summarize_column_by: 'Month' });
  const keys = months.Columns.Column.map((column) => column.MetaData.find((meta) => meta.Name === 'ColKey').Value);
  const income = summary(months, 'Income').slice(1).map(cents);
  const sum = income.slice(0, -1).reduce((total, month) => total + month, 0);
  check('months of income add up to the total', keys.length === 14 && keys.at(-1) === 'total' && sum > 0 && sum === income.at(-1));
  const customers = await call('reportCustomerIncome', year);
  check('income by customer is not more than all income', cents(summary(customers, 'GrandTotal')[1]) <= income.at(-1));
  const aged = summary(await call('reportAgedReceivables', {}), 'GrandTotal').slice(1).map(cents);
  check('ages of receivables add up to their total',
    aged.at(-1) !== 0 && aged.slice(0, -1).reduce((total, age) => total + age, 0) === aged.at(-1));
  check('an unknown report is refused', await fault(call('reportTrialBalance', {})) === '500');
}

async function leaving({ qbo, call }) {
  const { token, realmId } = qbo;
  qbo.token = 'unknown';
  check('an unknown access token is fault 3200', await fault(call('getCompanyInfo', realmId)) === '3200');
  qbo.token = token;
  qbo.realmId = '1';
  check('another company is fault 3100', await fault(call('getCompanyInfo', realmId)) === '3100');
  qbo.realmId = realmId;
  const { refreshToken } = qbo;
  await call('revokeAccess', true);
  Object.assign(qbo, { token, refreshToken, realmId });
  check('after revocation the access token is refused', await fault(call('getCompanyInfo', realmId)) === '3200');
  check('and the refresh token too', await fault(call('refreshAccessToken')) === 'invalid_grant');
}

try {
  const session = client(await connect());
  await tokens(session);
  await reads(session);
  await names(session);
  await changes(session, await documents(session));
  await batches(session);
  await reports(session);
  await leaving(session);
} catch (error) {
  check(`no surprise: ${error.stack ?? JSON.stringify(error)}`, false);
}
console.log(`${passed} passed, ${failed} failed`);
process.exitCode = failed === 0 && passed > 0 ? 0 : 1;
