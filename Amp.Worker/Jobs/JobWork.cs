using Amp.Chains.Evm;
using Amp.Shared.Datasets;
using Amp.Shared.Metadata.Jobs;
using Amp.Worker.Coordination;
using Amp.Worker.Materialize;

namespace Amp.Worker.Jobs;

/// <summary>What is needed to work on one held range.</summary>
internal sealed record JobWork(
    Job Job, RawManifest Manifest, HeldLease Held, DatasetTables Tables, EvmBlockSource Source, RangeExtraction Extraction);
