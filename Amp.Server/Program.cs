using Amp.Server;
using Amp.ServiceDefaults;

return await AmpProgram.RunServiceAsync(
    args,
    "A server: answers SQL over Arrow Flight and JSON Lines.",
    (settings, parsed) => ServerHost.Build(settings, ServerWiresOptions.Read(parsed)),
    ServerWiresOptions.Create());
