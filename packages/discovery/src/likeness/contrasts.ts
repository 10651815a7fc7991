import { conceptOf, conceptsIn } from './concepts.ts';
import { once } from './once.ts';
import { wordLines } from './word-lines.ts';

/** Of these at most one is meant at a time: naming another one is naming something else. */
const ALTERNATIVES = `
ios android
windows macos linux
chrome firefox safari edge
postgres mysql sqlite mongodb redis cdn
npm pnpm yarn bun deno
csv xml pdf xlsx parquet onnx
unit e2e visual integration
aws azure gcp
production staging
stripe paypal klarna adyen
codex claude gemini
read write
import export
upload download
parse format
server browser
seller buyer
cpu memory disk network time
logs traces metrics
light dark
german french spanish polish dutch italian japanese chinese portuguese arabic english
eslint prettier biome
jest vitest mocha enzyme
pandas pyarrow numpy
get post put patch
readiness liveness
sort filter group search
test document translate benchmark
hourly daily weekly monthly
upgrade replace remove rename
input output
request response
row column
width height
horizontal vertical
left right
top bottom
minimum maximum target
stable beta
phone tablet desktop
local remote
http grpc websocket
json yaml toml
red green blue
location notification camera microphone contact
size speed memory startup
throughput latency
`;

export const rivals: () => readonly ReadonlySet<string>[] = once(() =>
  wordLines(ALTERNATIVES).map((words) => new Set(words.map(conceptOf))),
);

/** What can be done to a thing. Two titles that name different ones are rarely about one change. */
export const actions: () => ReadonlySet<string> = once(() =>
  conceptsIn(`send accept enforce rewrite extend notify tell announce inform retry replay resume cancel clear close open sort filter search rename translate measure
  benchmark log record report delete remove expire encrypt rotate pin sign cache compress split merge move lock unlock limit
  reserve print scale undo prefetch preload round export import upload download sample alert generate test document check
  upgrade replace restore rehearse backup edit invite transcribe mark count highlight rank index calibrate port collect
  archive mute block hash redact anonymise validate compute freeze quantise augment balance pause zoom refund print sync
  share copy paste crop resize sign verify approve assign schedule publish deploy roll rebuild purge shorten reduce increase
  hide paginate batch stream parse format escape trace monitor`),
);

/** Work beside the change itself. */
export const purposes: () => readonly ReadonlySet<string>[] = once(() =>
  ['test benchmark', 'document readme changelog guide translate'].map(conceptsIn),
);
