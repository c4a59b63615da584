using System.CommandLine;
using Amp.Migrator;
using Amp.ServiceDefaults;

var root = new RootCommand("Brings the metadata database to the schema of this version, and ends.") { ConfigOption.Create() };
root.SetAction(MigrateAction.RunAsync);
return await AmpProgram.InvokeAsync(root, args);
