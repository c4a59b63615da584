using System.Buffers.Binary;
using Amp.DevChain.Chain;
using Amp.DevChain.Generation;

namespace Amp.DevChain.Encoding;

/// <summary>Writes what the holes of a template get for one block of the load grade.</summary>
internal sealed class HoleFiller
{
    private readonly LoadHashes _hashes;
    private readonly byte[][] _accountDigits;
    private readonly BlockKey _block;
    private readonly ulong _timestamp;
    private readonly ulong _seed;
    private readonly byte[] _hash = new byte[64];
    private readonly byte[] _parentHash = new byte[64];

    public HoleFiller(LoadHashes hashes, byte[][] accountDigits, BlockKey block, BlockKey? parent, ulong timestamp)
    {
        _hashes = hashes;
        _accountDigits = accountDigits;
        _block = block;
        _timestamp = timestamp;
        _seed = hashes.BlockSeed(block);
        Span<byte> hash = stackalloc byte[32];
        hashes.Block(block, hash);
        Convert.TryToHexStringLower(hash, _hash, out _);
        hash.Clear();
        if (parent is { } key)
            hashes.Block(key, hash);
        Convert.TryToHexStringLower(hash, _parentHash, out _);
    }

    public void Fill(ResponseBuffer output, in Hole hole)
    {
        Span<byte> bytes = stackalloc byte[32];
        var random = SeededRandom.Permute(_seed + (ulong)hole.Slot * 0x9E3779B97F4A7C15);
        switch (hole.Kind)
        {
            case HoleKind.Number:
                output.WriteHexNumber(_block.Number);
                break;
            case HoleKind.BlockHash:
                output.Write(_hash);
                break;
            case HoleKind.ParentHash:
                output.Write(_parentHash);
                break;
            case HoleKind.Timestamp:
                output.WriteHexNumber(_timestamp);
                break;
            case HoleKind.TransactionHash:
                _hashes.Transaction(_block, hole.Slot, bytes);
                output.WriteHex(bytes);
                break;
            case HoleKind.Nonce:
                output.WriteHexNumber(_block.Number * TransactionGenerator.NoncesPerBlock + (ulong)hole.Slot);
                break;
            case HoleKind.Word:
                Fill(bytes, random);
                output.WriteHex(bytes);
                break;
            case HoleKind.SignatureHalf:
                Fill(bytes, random);
                bytes[0] = (byte)(0x10 + bytes[0] % 0x60);
                output.WriteHex(bytes);
                break;
            case HoleKind.Amount:
                bytes.Clear();
                BinaryPrimitives.WriteUInt64BigEndian(bytes[24..], random);
                BinaryPrimitives.WriteUInt16BigEndian(bytes[22..], (ushort)(random >> 13));
                output.WriteHex(bytes);
                break;
            case HoleKind.Value:
                output.WriteHexNumber(random >> 4 | 1);
                break;
            case HoleKind.Address:
                Fill(bytes, random);
                output.WriteHex(bytes[..20]);
                break;
            case HoleKind.Account:
                output.Write(_accountDigits[random % (ulong)_accountDigits.Length]);
                break;
            default:
                throw new InvalidOperationException($"No filling for {hole.Kind}.");
        }
    }

    private static void Fill(Span<byte> bytes, ulong random)
    {
        BinaryPrimitives.WriteUInt64BigEndian(bytes, random);
        BinaryPrimitives.WriteUInt64BigEndian(bytes[8..], SeededRandom.Permute(random + 1));
        BinaryPrimitives.WriteUInt64BigEndian(bytes[16..], SeededRandom.Permute(random + 2));
        BinaryPrimitives.WriteUInt64BigEndian(bytes[24..], SeededRandom.Permute(random + 3));
    }
}
