using System.Globalization;
using Amp.Shared.Datasets;
using Amp.Shared.Faults;

namespace Amp.Controller.Admin.Wire;

/// <summary>The <c>limit</c> and cursor parameters that all lists share.</summary>
internal static class Paging
{
    public const int DefaultLimit = 50;
    public const int MaxLimit = 1000;

    public static int Limit(string? text)
    {
        if (text is null)
            return DefaultLimit;
        return int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var limit) && limit is >= 1 and <= MaxLimit
            ? limit
            : throw new AmpException(ErrorCode.InvalidLimit, $"limit is '{text}'; a number from 1 to {MaxLimit} is needed");
    }

    /// <summary>An id after which the list goes on.</summary>
    public static long? Cursor(string parameter, string? text)
    {
        if (text is null)
            return null;
        return TryId(text, out var id)
            ? id
            : throw new AmpException(ErrorCode.InvalidCursor, $"{parameter} is '{text}'; the next_cursor of an earlier answer is needed");
    }

    /// <summary>The dataset after which the list goes on.</summary>
    public static DatasetReference? Dataset(string? lastDataset)
    {
        try
        {
            return lastDataset is null ? null : DatasetReference.Parse(lastDataset);
        }
        catch (AmpException e)
        {
            throw new AmpException(ErrorCode.InvalidCursor, $"last_dataset is '{lastDataset}'; the next_cursor of an earlier answer is needed", e);
        }
    }

    /// <summary>An id in a path.</summary>
    public static long Id(string text, ErrorCode code, string what) => TryId(text, out var id)
        ? id
        : throw new AmpException(code, $"'{text}' is not {what}: a whole number from 1 is needed");

    /// <summary>Cuts a list that was read with one more than the limit; the cursor names the last item that stays.</summary>
    public static (IReadOnlyList<T> Items, TCursor? Next) Cut<T, TCursor>(IReadOnlyList<T> items, int limit, Func<T, TCursor> cursor) =>
        items.Count > limit ? ([.. items.Take(limit)], cursor(items[limit - 1])) : (items, default);

    private static bool TryId(string text, out long id) => long.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out id) && id >= 1;
}
