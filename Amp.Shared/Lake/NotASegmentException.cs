using Amp.Shared.Faults;
using Amp.Shared.Lake.Stores;

namespace Amp.Shared.Lake;

/// <summary>The file was read, and is no segment: the fault of this file, and not of the store.</summary>
public sealed class NotASegmentException(StoredFile file, string why, Exception? cause = null)
    : AmpException(ErrorCode.ObjectStoreError, $"'{file.Path}' is not a segment: {why}", cause);
