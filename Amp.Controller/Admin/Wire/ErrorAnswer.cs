namespace Amp.Controller.Admin.Wire;

/// <summary>What every failed request answers. The code is the stable part.</summary>
public sealed record ErrorAnswer(string ErrorCode, string ErrorMessage);
