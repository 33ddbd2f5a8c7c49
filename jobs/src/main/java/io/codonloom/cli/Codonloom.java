package io.codonloom.cli;

import io.codonloom.workspace.CodeVersion;
import picocli.CommandLine.Command;
import picocli.CommandLine.IVersionProvider;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** The command above the verbs. */
@Command(
    name = "codonloom",
    description =
        "Predicts properties of mRNA: reads DNA, RNA and protein language models codon by codon, fuses them and trains on Apache Spark.",
    synopsisSubcommandLabel = "VERB",
    mixinStandardHelpOptions = true,
    versionProvider = Codonloom.Version.class,
    subcommands = {
      PrepareCommand.class,
      EmbedCommand.class,
      TrainCommand.class,
      ReportCommand.class,
      RunCommand.class,
      PredictCommand.class,
      PlanCommand.class,
      VerifyCommand.class,
      DoctorCommand.class
    },
    footer = {
      "",
      "Exit codes: 0 done, 1 wrong arguments or config, 2 the data or files given, 3 a fault of ours.",
      "Try: codonloom run --config conf/demo.conf"
    })
final class Codonloom implements Runnable {
  @Spec CommandSpec spec;

  @Override
  public void run() {
    throw new ParameterException(
        spec.commandLine(), "name a verb: " + String.join(", ", spec.subcommands().keySet()));
  }

  static final class Version implements IVersionProvider {
    @Override
    public String[] getVersion() {
      return new String[] {"codonloom " + CodeVersion.current()};
    }
  }
}
