using Amp.Controller;
using Amp.ServiceDefaults;

return await AmpProgram.RunServiceAsync(args, "The controller: the Admin API.", (settings, _) => ControllerHost.Build(settings));
