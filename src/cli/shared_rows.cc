#include "cli/shared_rows.h"

namespace cli {

class SharedRows::Forwarder final : public RowWriter {
 public:
  Forwarder(SharedRows& shared, std::string host) : shared_(shared), host_(std::move(host)) {}
  void row(const cim::Object& object, std::string_view /*host*/) override {
    const std::lock_guard lock(shared_.mutex_);
    shared_.target_->row(object, host_);
  }
  bool prints_next() const override {
    const std::lock_guard lock(shared_.mutex_);
    return shared_.target_->prints_next();
  }
  void finish() override {}

 private:
  SharedRows& shared_;
  const std::string host_;
};

std::unique_ptr<RowWriter> SharedRows::writer(const RowOptions& options) {
  const std::lock_guard lock(mutex_);
  if (!target_) {
    RowOptions own = options;
    own.shared = nullptr;
    target_ = make_row_writer(console_, own);
  }
  return std::make_unique<Forwarder>(*this, options.host);
}

void SharedRows::finish() {
  const std::lock_guard lock(mutex_);
  if (target_) target_->finish();
  target_.reset();
}

}  // namespace cli
