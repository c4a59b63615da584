using System.Text.Json;

namespace Amp.Chains.Evm.Rpc;

/// <summary>Walks the members of a JSON-RPC envelope; their values are not looked into.</summary>
internal ref struct EnvelopeMembers
{
    private readonly ReadOnlySpan<byte> _body;
    private int _end;

    /// <param name="body">The message.</param>
    /// <param name="at">Where the envelope opens.</param>
    /// <exception cref="JsonException">There is none.</exception>
    public EnvelopeMembers(ReadOnlySpan<byte> body, int at)
    {
        if (body[at] != '{')
            throw RpcAnswerIndex.Broken(body, at);
        _body = body;
        After = RpcAnswerIndex.Need(JsonSkip.Space(body, at + 1));
    }

    /// <summary>With its quotes.</summary>
    public ReadOnlySpan<byte> Name { get; private set; }

    public int ValueStart { get; private set; }

    public readonly ReadOnlySpan<byte> Value => _body[ValueStart.._end];

    /// <summary>The place after the envelope, once all members have been seen.</summary>
    public int After { get; private set; }

    public bool MoveNext()
    {
        var at = After;
        if (_end > 0)
        {
            at = RpcAnswerIndex.Need(JsonSkip.Space(_body, _end));
            if (_body[at] == ',')
                at = RpcAnswerIndex.Need(JsonSkip.Space(_body, at + 1));
            else if (_body[at] != '}')
                throw RpcAnswerIndex.Broken(_body, at);
        }

        if (_body[at] == '}')
        {
            After = at + 1;
            return false;
        }

        if (_body[at] != '"')
            throw RpcAnswerIndex.Broken(_body, at);
        var nameEnd = RpcAnswerIndex.Need(JsonSkip.Value(_body, at));
        Name = _body[at..nameEnd];
        at = RpcAnswerIndex.Need(JsonSkip.Space(_body, nameEnd));
        if (_body[at] != ':')
            throw RpcAnswerIndex.Broken(_body, at);
        ValueStart = RpcAnswerIndex.Need(JsonSkip.Space(_body, at + 1));
        _end = RpcAnswerIndex.Need(JsonSkip.Value(_body, ValueStart));
        return _end > ValueStart ? true : throw RpcAnswerIndex.Broken(_body, ValueStart);
    }
}
