/// The only names of Python's that a pickle may use; every other is refused.
enum PickleGlobal: Hashable {
  case orderedDictionary
  case rebuildTensor
  case rebuildParameter
  case storage(ElementType)

  /// - Throws: `forbiddenGlobal` for names that are not on the list.
  init(module: String, name: String) throws(StateDictFileError.Reason) {
    switch (module, name) {
    case ("collections", "OrderedDict"): self = .orderedDictionary
    case ("torch._utils", "_rebuild_tensor_v2"): self = .rebuildTensor
    case ("torch._utils", "_rebuild_parameter"): self = .rebuildParameter
    case ("torch", _):
      guard let type = ElementType(storageName: name) else { fallthrough }
      self = .storage(type)
    default:
      throw .forbiddenGlobal("\(module).\(name)")
    }
  }
}
