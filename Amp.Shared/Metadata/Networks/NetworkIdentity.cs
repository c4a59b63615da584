using Amp.Shared.Chain;
using Amp.Shared.Faults;
using Npgsql;
using NpgsqlTypes;

namespace Amp.Shared.Metadata.Networks;

/// <summary>What tells one chain from another.</summary>
/// <param name="GenesisHash">Null when the node does not have block 0.</param>
public sealed record NetworkIdentity(ulong ChainId, Hash32? GenesisHash)
{
    /// <summary>
    /// Remembers what the network's nodes said of themselves the first time, and refuses a node of another chain ever after.
    /// </summary>
    /// <exception cref="AmpException">NETWORK_MISMATCH, naming both chains.</exception>
    public async Task CheckAsync(NpgsqlConnection connection, string network, CancellationToken cancellationToken)
    {
        await using var command = new NpgsqlCommand(
            """
            insert into networks as known (network, chain_id, genesis_hash) values (@network, @chain, @genesis)
            on conflict (network) do update set genesis_hash = coalesce(known.genesis_hash, excluded.genesis_hash)
                where known.chain_id = excluded.chain_id
            returning chain_id, genesis_hash
            """,
            connection);
        command.Parameters.AddWithValue("network", network);
        command.Parameters.Add(new NpgsqlParameter("chain", NpgsqlDbType.Numeric) { Value = (decimal)ChainId });
        command.Parameters.Add(new NpgsqlParameter("genesis", NpgsqlDbType.Bytea) { Value = (object?)GenesisHash?.ToArray() ?? DBNull.Value });
        NetworkIdentity? known;
        await using (var reader = await command.ExecuteReaderAsync(cancellationToken))
        {
            known = await reader.ReadAsync(cancellationToken) ? Read(reader) : null;
        }

        // No row came back: the chain ids differ, so the update did not happen.
        known ??= await FindAsync(connection, network, cancellationToken) ?? this;
        if (!Agrees(known))
        {
            throw new AmpException(
                ErrorCode.NetworkMismatch,
                $"the node of network '{network}' is on another chain than before: it has {this}, the segments were read from {known}; "
                + "mend the provider, or give the other chain a network name of its own");
        }
    }

    public bool Agrees(NetworkIdentity known) =>
        ChainId == known.ChainId && (GenesisHash is null || known.GenesisHash is null || GenesisHash == known.GenesisHash);

    public override string ToString() => GenesisHash is { } genesis ? $"chain id {ChainId} with genesis {genesis}" : $"chain id {ChainId}";

    private static async Task<NetworkIdentity?> FindAsync(NpgsqlConnection connection, string network, CancellationToken cancellationToken)
    {
        await using var command = new NpgsqlCommand("select chain_id, genesis_hash from networks where network = @network", connection);
        command.Parameters.AddWithValue("network", network);
        await using var reader = await command.ExecuteReaderAsync(cancellationToken);
        return await reader.ReadAsync(cancellationToken) ? Read(reader) : null;
    }

    private static NetworkIdentity Read(NpgsqlDataReader reader) =>
        new((ulong)reader.GetDecimal(0), reader.IsDBNull(1) ? null : new Hash32(reader.GetFieldValue<byte[]>(1)));
}
