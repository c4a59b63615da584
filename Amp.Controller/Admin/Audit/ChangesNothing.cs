namespace Amp.Controller.Admin.Audit;

/// <summary>Marks an endpoint that only asks, though not by GET: the audit trail passes it over.</summary>
internal sealed class ChangesNothing;
