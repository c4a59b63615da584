using System.Text.Json;

namespace Amp.DevChain.Chain;

/// <summary>
/// Keeps how far a chain has come, so that the next start goes on with it: height and forks in chain.json, the hashes of
/// the full grade beside it, in a file of their own for each fork so that a crash never leaves hashes of another one.
/// </summary>
internal sealed class ChainStateFolder(string folder, DevChainSettings settings)
{
    private const int HashSize = 32;

    private string StateFile => Path.Combine(folder, "chain.json");

    /// <summary>The chain as it was saved last; null where nothing is saved.</summary>
    public ChainView? Load()
    {
        if (!File.Exists(StateFile))
            return null;
        var state = Read();
        if (state.Identity != settings.Identity)
            throw new ArgumentException($"{StateFile} holds another chain ({state.Identity}), not {settings.Identity}");
        var forks = ForkTree.Restore(state.CanonicalStarts, state.CanonicalForks, state.ForkStarts, state.ForkParents);
        return new ChainView(state.Head, forks, settings.Grade == Grade.Full ? ReadHashes(forks, state.Head) : null);
    }

    /// <summary>Saves a chain of which the blocks from <paramref name="first"/> on are new.</summary>
    public void Save(ChainView view, ulong first)
    {
        Directory.CreateDirectory(folder);
        var hashFile = HashFile(view.Forks);
        if (view.Hashes is { } hashes)
        {
            // A new fork has no file yet, and needs the hashes below it too.
            var from = File.Exists(hashFile) ? first : 0;
            using var stream = new FileStream(hashFile, FileMode.OpenOrCreate, FileAccess.Write);
            stream.Position = (long)from * HashSize;
            for (var number = from; number <= view.Head; number++)
                stream.Write(hashes[number]);
        }

        var state = new SavedChain(
            settings.Identity,
            view.Head,
            view.Forks.CanonicalStarts,
            view.Forks.CanonicalForks,
            view.Forks.ForkStarts,
            view.Forks.ForkParents);
        var aside = StateFile + ".new";
        File.WriteAllBytes(aside, JsonSerializer.SerializeToUtf8Bytes(state));
        File.Move(aside, StateFile, overwrite: true);
        foreach (var old in Directory.EnumerateFiles(folder, "hashes-*.bin"))
        {
            if (old != hashFile)
                File.Delete(old);
        }
    }

    private SavedChain Read()
    {
        try
        {
            return JsonSerializer.Deserialize<SavedChain>(File.ReadAllBytes(StateFile)) ?? throw new JsonException("it is null");
        }
        catch (JsonException error)
        {
            throw new ArgumentException($"{StateFile} cannot be read: {error.Message}", error);
        }
    }

    private HashList ReadHashes(ForkTree forks, ulong head)
    {
        var bytes = File.Exists(HashFile(forks)) ? File.ReadAllBytes(HashFile(forks)) : [];
        if ((ulong)bytes.Length < (head + 1) * HashSize)
            throw new ArgumentException($"{HashFile(forks)} holds {bytes.Length / HashSize} hashes, not {head + 1}");
        var hashes = new HashList();
        for (ulong number = 0; number <= head; number++)
            hashes.Add(bytes.AsSpan((int)number * HashSize, HashSize));
        return hashes;
    }

    private string HashFile(ForkTree forks) => Path.Combine(folder, $"hashes-{forks.Count - 1}.bin");

    private sealed record SavedChain(
        string Identity, ulong Head, ulong[] CanonicalStarts, uint[] CanonicalForks, ulong[] ForkStarts, uint[] ForkParents);
}
