package import CTorchInterface
import Foundation

/// The shared library that holds LibTorch and our bridge to it, opened when it is first needed.
public enum TorchLibrary {
  /// The library's file, which lies beside the program.
  static let fileName = "libAtelierTorch.so"

  /// Whether LibTorch was installed with the program: a minimal build comes without it. This opens
  /// nothing.
  public static let isInstalled: Bool = {
    let program = URL(filePath: "/proc/self/exe").resolvingSymlinksInPath()
    let file = program.deletingLastPathComponent().appending(path: fileName)
    return FileManager.default.fileExists(atPath: file.path)
  }()

  private static let loaded: Result<CTFunctions, BridgeFailure> = load()

  /// The functions of the bridge.
  ///
  /// - Throws: ``BridgeFailure`` when the library is missing or cannot be loaded.
  package static func functions() throws(BridgeFailure) -> CTFunctions {
    try loaded.get()
  }

  private static func load() -> Result<CTFunctions, BridgeFailure> {
    // The program's own search path names its folder.
    guard let library = dlopen(fileName, RTLD_NOW | RTLD_LOCAL),
      let symbol = dlsym(library, "CTorchFunctions")
    else {
      let reason = dlerror().map { String(cString: $0) } ?? "the linker gave no reason"
      return .failure(
        BridgeFailure(message: "LibTorch is not installed beside the program: \(reason)"))
    }
    return .success(unsafeBitCast(symbol, to: CTFunctionsGetter.self)().pointee)
  }
}
