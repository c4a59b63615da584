using Amp.Shared.Metadata.Files;

namespace Amp.Controller.Admin.Files;

/// <summary>Blocks of one network that a file holds, both ends inclusive.</summary>
/// <param name="Hash">Of the last block.</param>
/// <param name="PrevHash">Parent hash of the first block.</param>
/// <param name="Timestamp">Of the last block, in seconds.</param>
public sealed record FileRange(FileRange.BlockNumbers Numbers, string Network, string Hash, string PrevHash, ulong? Timestamp)
{
    public sealed record BlockNumbers(ulong Start, ulong End);

    internal static FileRange From(FileRecord file) => new(
        new BlockNumbers(file.Blocks.Start, file.Blocks.End), file.Network, file.Hash.ToString(), file.PrevHash.ToString(), file.Timestamp);
}
