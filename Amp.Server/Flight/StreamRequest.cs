using Amp.Query.Sql;
using Amp.Shared.Faults;
using Grpc.Core;

namespace Amp.Server.Flight;

/// <summary>What a call's headers say about streaming: <c>amp-stream</c> and <c>amp-resume</c>.</summary>
/// <param name="Streaming">Null when the header is absent.</param>
/// <param name="Cursor">The text of a readable <c>amp-resume</c>; null when absent or empty.</param>
public sealed record StreamRequest(bool? Streaming, string? Cursor)
{
    public const string StreamHeader = "amp-stream";
    public const string ResumeHeader = "amp-resume";

    /// <summary>The query as the header wants it: one that is not to stream is sent without its SETTINGS.</summary>
    public string Apply(string sql) => Streaming == false ? StreamSettings.Without(sql) : sql;

    public static StreamRequest Read(Metadata headers)
    {
        bool? streaming = headers.GetValue(StreamHeader)?.Trim() switch
        {
            null or "" => null,
            "1" => true,
            "0" => false,
            var text when bool.TryParse(text, out var value) => value,
            var text => throw new AmpException(ErrorCode.InvalidRequest, $"The header {StreamHeader} is '{text}'; it may be true, 1, false or 0."),
        };

        var cursor = headers.GetValue(ResumeHeader)?.Trim();
        if (string.IsNullOrEmpty(cursor))
            return new StreamRequest(streaming, Cursor: null);

        ResumeCursor.Check(cursor);
        return new StreamRequest(streaming, cursor);
    }
}
