using System.Text.Json;
using Amp.Shared.Faults;

namespace Amp.Query.Sql;

/// <summary>
/// Refuses windows that count rows by numbers the engine computes wrongly with: <c>lag(x, -9223372036854775808)</c> reads memory that is not its own and ends the process,
/// and a frame that ends so far behind a row begins before it.
/// </summary>
internal static class WindowNumbers
{
    /// <param name="window">An expression of class WINDOW.</param>
    public static void Check(JsonElement window)
    {
        var name = window.Text("function_name");
        if (window.Child("offset_expr") is { } offset && !IsSmall(offset))
            throw Refused($"The offset of {name}(…) must be an integer that is written out, from -{int.MaxValue} to {int.MaxValue}.");
        if (IsOfRows(window, "start") || IsOfRows(window, "end"))
            throw Refused($"A frame of ROWS or GROUPS counts by integers that are written out, from 0 to {int.MaxValue}: for more, write UNBOUNDED.");
    }

    private static bool IsOfRows(JsonElement window, string bound) =>
        !window.Text(bound).EndsWith("_RANGE", StringComparison.Ordinal) && window.Child(bound + "_expr") is { } count && (!IsSmall(count) || IsBelowZero(count));

    private static bool IsSmall(JsonElement expression) =>
        expression.Text("class") == "CONSTANT" && expression.Child("value") is { } value && value.Child("type")?.Text("id") == "INTEGER"
        && value.TryGetProperty("value", out var number) && number.TryGetInt32(out var n) && n != int.MinValue;

    private static bool IsBelowZero(JsonElement constant) => constant.GetProperty("value").GetProperty("value").GetInt32() < 0;

    private static AmpException Refused(string message) => new(ErrorCode.InvalidPlan, message);
}
