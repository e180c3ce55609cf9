public import APIKeys
public import ArgumentParser
public import Classification
public import Imaging
public import Jobs
public import Networks
import Pipeline
public import Records
public import Retraining
public import Training

extension Architecture: ExpressibleByArgument {}
extension ExportFormat: ExpressibleByArgument {}
extension JobState: ExpressibleByArgument {}
extension LabelState: ExpressibleByArgument {}
extension NativePrecision: ExpressibleByArgument {}
extension Preprocessing: ExpressibleByArgument {}
extension Role: ExpressibleByArgument {}
extension TrainingSettings.Optimizer: ExpressibleByArgument {}
extension TrainingSettings.Precision: ExpressibleByArgument {}

extension TrainingData.Mix: ExpressibleByArgument {}
extension PromotionRule: ExpressibleByArgument {}

extension TrainingOrigin: ExpressibleByArgument {
  /// Reads `current`, `scratch`, or the name of a version.
  public init?(argument: String) { self.init(argument) }
}

extension EngineKind: ExpressibleByArgument {
  /// The engines this program can load.
  public static var allValueStrings: [String] { ModelLoader.supportedEngines.map(\.rawValue) }
}

extension HistoryTime: ExpressibleByArgument {
  /// Reads a time or a day.
  public init?(argument: String) { self.init(argument) }
}
