using Amp.Query.Catalog;

namespace Amp.Query.Cache;

/// <summary>What the cache knows of one file; all of it is read and written under the cache's lock.</summary>
internal sealed class CacheEntry(string path, long size)
{
    public string Path { get; } = path;

    /// <summary>Room that is kept for it.</summary>
    public long Size { get; } = size;

    /// <summary>Queries that need it now.</summary>
    public int Pins { get; set; }

    /// <summary>The transfer under way.</summary>
    public Task? Transfer { get; set; }

    public CancellationTokenSource? Stop { get; set; }

    /// <summary>Whether all of it came once; whether it is still there is looked up at each use.</summary>
    public bool IsWhole { get; set; }

    /// <summary>Its place among those that nobody needs, the least recently used first.</summary>
    public LinkedListNode<CacheEntry>? Idle { get; set; }

    public static bool Fits(FileInfo file, RemoteFile wanted) => file.Exists && file.Length == wanted.Size && file.LastWriteTimeUtc == Mark;

    /// <summary>The time of writing that every whole copy is given: whatever writes to one afterwards gives it another.</summary>
    public static DateTime Mark { get; } = new(2001, 1, 1, 0, 0, 0, DateTimeKind.Utc);
}
