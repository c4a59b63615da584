using Amp.Ctl.Commands;
using Amp.ServiceDefaults;

using var signals = new StopSignals();
return await AmpProgram.InvokeAsync(AmpctlCommand.Create(), args, signals.Stopping);
