#include "cli/wmic_output.h"

#include <algorithm>

#include <fmt/format.h>

#include "base/utf.h"
#include "cli/columns.h"
#include "rpc/codes.h"
#include "security/sspi_status.h"

namespace cli {
namespace {

std::string null_text(cim::Type type) {
  if (type.array) return "NULL";
  switch (type.base) {
    case cim::CimType::kString:
    case cim::CimType::kDatetime:
    case cim::CimType::kReference: return "(null)";
    case cim::CimType::kBoolean: return "False";
    case cim::CimType::kObject: return "NULL";
    default: return "0";
  }
}

std::string value_text(const cim::Value& value, cim::Type type) {
  if (value.is_null()) return null_text(type);
  if (const cim::Value::Array* array = value.as_array()) {
    std::string out = "(";
    for (const cim::Value& item : *array) {
      if (out.size() > 1) out += ',';
      out += value_text(item, {type.base, false});
    }
    return out + ")";
  }
  if (const bool* flag = value.as_bool()) return *flag ? "True" : "False";
  if (type.base == cim::CimType::kChar16) return std::to_string(value.as_uint().value_or(0));
  return cell_text(value, type);
}

class WmicRows final : public RowWriter {
 public:
  WmicRows(const Console& console, std::string delimiter) : console_(console), delimiter_(std::move(delimiter)) {}

  void row(const cim::Object& object, std::string_view /*host*/) override {
    std::vector<const cim::Property*> properties;
    for (const cim::Property& property : object.cls()->properties()) properties.push_back(&property);
    std::ranges::sort(properties, base::ILess(), [](const cim::Property* property) { return std::string_view(property->name); });
    begin_block(object, properties);
    std::string line;
    for (const cim::Property* property : properties) {
      if (property != properties.front()) line += delimiter_;
      const auto value = object.get(property->name);
      line += value_text(value ? *value : cim::Value(), property->type);
    }
    console_.write(line + "\n");
  }

  void finish() override { console_.flush(); }

 private:
  void begin_block(const cim::Object& object, const std::vector<const cim::Property*>& properties) {
    std::string header;
    for (const cim::Property* property : properties) header += (property == properties.front() ? "" : delimiter_) + property->name;
    if (started_ && object.cls()->name() == class_ && header == header_) return;
    started_ = true;
    class_ = object.cls()->name();
    header_ = std::move(header);
    console_.write(fmt::format("CLASS: {}\n{}\n", class_, header_));
  }

  const Console& console_;
  const std::string delimiter_;
  bool started_ = false;
  std::string class_;
  std::string header_;
};

std::string_view error_text(WmicStage stage) {
  switch (stage) {
    case WmicStage::kLogin: return "[wmi/wmic.c:196:main()] ERROR: Login to remote object.";
    case WmicStage::kQuery: return "[wmi/wmic.c:200:main()] ERROR: WMI query execute.";
    case WmicStage::kRows: break;
  }
  return "[wmi/wmic.c:212:main()] ERROR: Retrieve result data.";
}

std::string_view reach_name(Reach reach) {
  switch (reach) {
    case Reach::kRefused: return "NT_STATUS_CONNECTION_REFUSED";
    case Reach::kUnreachable: return "NT_STATUS_HOST_UNREACHABLE";
    case Reach::kOpen: return "NT_STATUS_CONNECTION_DISCONNECTED";
    case Reach::kSilent: break;
  }
  return "NT_STATUS_IO_TIMEOUT";
}

/// Empty for codes that are no NTSTATUS.
std::string_view status_name(base::Hresult code, std::optional<Reach> reach) {
  if (code == base::E_ACCESSDENIED || code == security::SEC_E_LOGON_DENIED) return "NT_STATUS_ACCESS_DENIED";
  if (code == rpc::RPC_S_TIMEOUT || code == base::WBEM_E_TIMED_OUT) return "NT_STATUS_IO_TIMEOUT";
  if (code == base::WBEM_E_CALL_CANCELLED) return "NT_STATUS_CANCELLED";
  if (code == security::SEC_E_NO_CREDENTIALS || code == security::SEC_E_NO_AUTHENTICATING_AUTHORITY) return "NT_STATUS_LOGON_FAILURE";
  if (code == security::SEC_E_TIME_SKEW) return "NT_STATUS_TIME_DIFFERENCE_AT_DC";
  if (code == rpc::RPC_S_SERVER_UNAVAILABLE || code == rpc::RPC_S_CALL_FAILED || code == rpc::RPC_S_CALL_FAILED_DNE)
    return reach ? reach_name(*reach) : "NT_STATUS_OBJECT_NAME_NOT_FOUND";
  return {};
}

}  // namespace

std::unique_ptr<RowWriter> make_wmic_writer(const Console& console, std::string delimiter) {
  return std::make_unique<WmicRows>(console, std::move(delimiter));
}

WmicFailure wmic_failure(WmicStage stage, base::Hresult code, std::optional<Reach> reach) {
  const std::string_view name = status_name(code, reach);
  if (name.empty()) {
    const std::string number = fmt::format("NT code 0x{:08x}", static_cast<std::uint32_t>(code));
    return {std::string(error_text(stage)), fmt::format("NTSTATUS: {} - {}", number, number)};
  }
  const std::string_view words = name == "NT_STATUS_ACCESS_DENIED" ? "Access denied" : name;
  return {std::string(error_text(stage)), fmt::format("NTSTATUS: {} - {}", name, words)};
}

}  // namespace cli
