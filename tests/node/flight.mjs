// A generic Flight SQL client: browses an address and runs one query there, as a statement, as a prepared one, and with compressed buffers;
// prints what it got as JSON.
// node flight.mjs http://host:port "select …"
import { fileURLToPath } from "node:url";
import grpc from "@grpc/grpc-js";
import protoLoader from "@grpc/proto-loader";
import { CompressionType, compressionRegistry, tableFromIPC, Type } from "apache-arrow";
import { decompress as unpackZstd } from "fzstd";
import lz4 from "lz4js";
import protobuf from "protobufjs";

const [, , address, sql] = process.argv;
const proto = fileURLToPath(new URL("flight.proto", import.meta.url));
const service = grpc.loadPackageDefinition(protoLoader.loadSync(proto, { keepCase: true, defaults: true })).arrow.flight.protocol.FlightService;
const messages = protobuf.loadSync(proto).lookup("arrow.flight.protocol");
const client = new service(new URL(address).host, grpc.credentials.createInsecure());

const encode = (name, fields) => {
  const type = messages.lookupType(name);
  return Buffer.from(type.encode(type.fromObject(fields)).finish());
};
const pack = (name, fields) => encode("Any", { typeUrl: "type.googleapis.com/arrow.flight.protocol.sql." + name, value: encode(name, fields) });

compressionRegistry.set(CompressionType.ZSTD, { decode: (bytes) => unpackZstd(bytes).slice() });
compressionRegistry.set(CompressionType.LZ4_FRAME, { decode: (bytes) => Uint8Array.from(lz4.decompress(bytes)) });

async function ask(name, fields, compression) {
  const headers = new grpc.Metadata();
  if (compression) headers.set("amp-ipc-compression", compression);
  const descriptor = { type: 2, cmd: pack(name, fields) };
  const info = await new Promise((done, fail) => client.GetFlightInfo(descriptor, (fault, answer) => (fault ? fail(fault) : done(answer))));
  const parts = [];
  for await (const { data_header: header, data_body: body } of client.DoGet(info.endpoint[0].ticket, headers)) {
    const prefix = Buffer.alloc(8, 0xff);
    prefix.writeInt32LE(header.length, 4);
    parts.push(prefix, header, body);
  }
  return tableFromIPC(Buffer.concat(parts));
}

async function prepare(query) {
  for await (const { body } of client.DoAction({ type: "CreatePreparedStatement", body: pack("ActionCreatePreparedStatementRequest", { query }) })) {
    const type = messages.lookupType("ActionCreatePreparedStatementResult");
    return type.decode(messages.lookupType("Any").decode(body).value);
  }
}

// In the forms of the JSON Lines wire, by the type of the column.
function plain(type, value) {
  if (value === null || value === undefined) return null;
  switch (type.typeId) {
    case Type.Binary:
    case Type.FixedSizeBinary:
      return Buffer.from(value).toString("hex");
    case Type.Decimal: {
      const words = new BigUint64Array(value.buffer.slice(value.byteOffset, value.byteOffset + 16));
      return String(BigInt.asIntN(128, (words[1] << 64n) | words[0]));
    }
    case Type.Timestamp:
      return new Date(Number(value)).toISOString().replace(".000Z", "Z");
    case Type.List:
      return Array.from(value, (item) => plain(type.children[0].type, item));
    case Type.Struct:
      return Object.fromEntries(type.children.map((f) => [f.name, plain(f.type, value[f.name])]));
    default:
      return typeof value === "bigint" || typeof value === "number" ? String(value) : value;
  }
}

const rows = (table) => table.toArray().map((row) => Object.fromEntries(table.schema.fields.map((f) => [f.name, plain(f.type, row[f.name])])));

try {
  const tables = await ask("CommandGetTables", { dbSchemaFilterPattern: "%eth\\_rpc", catalog: "amp", includeSchema: true });
  const prepared = await prepare(sql);
  const answer = await ask("CommandStatementQuery", { query: sql });
  console.log(JSON.stringify({
    catalogs: rows(await ask("CommandGetCatalogs", {})),
    schemas: rows(await ask("CommandGetDbSchemas", { catalog: "amp" })),
    tables: tables.toArray().map((t) => ({
      name: t.table_name,
      columns: tableFromIPC(t.table_schema).schema.fields.map((f) => `${f.name} ${f.type}`),
    })),
    types: answer.schema.fields.map((f) => `${f.name} ${f.type}`),
    rows: rows(answer),
    zstdRows: rows(await ask("CommandStatementQuery", { query: sql }, "zstd")),
    lz4Rows: rows(await ask("CommandStatementQuery", { query: sql }, "lz4")),
    preparedColumns: tableFromIPC(prepared.datasetSchema).schema.fields.map((f) => f.name),
    preparedRows: rows(await ask("CommandPreparedStatementQuery", { preparedStatementHandle: prepared.preparedStatementHandle })),
  }));
} catch (fault) {
  console.error(fault);
  process.exitCode = 1;
} finally {
  client.close();
}
