using System.Buffers.Binary;
using Amp.DevChain.Ethereum;

namespace Amp.DevChain.Generation;

/// <summary>Who sends transactions: accounts with keys in the full grade, mere addresses in the load grade.</summary>
internal sealed class Senders
{
    private readonly Account[] _accounts;
    private readonly byte[][] _addresses;

    public Senders(DevChainSettings settings)
    {
        var random = new SeededRandom(SeededRandom.Key(settings.Seed, 0x5E));
        if (settings.Grade == Grade.Load)
        {
            _accounts = [];
            _addresses = [.. Enumerable.Range(0, 4096).Select(_ => random.Bytes(20))];
            return;
        }

        _accounts = new Account[64];
        Parallel.For(0, _accounts.Length, i =>
        {
            Span<byte> entropy = stackalloc byte[16];
            BinaryPrimitives.WriteUInt64BigEndian(entropy, settings.Seed);
            BinaryPrimitives.WriteInt32BigEndian(entropy[8..], i);
            _accounts[i] = new Account(entropy);
        });
        _addresses = [.. _accounts.Select(account => account.Address)];
    }

    public int Count => _addresses.Length;

    public bool CanSign => _accounts.Length > 0;

    public byte[] Address(int index) => _addresses[index];

    public Signature Sign(int index, byte[] hash) => _accounts[index].Sign(hash);
}
