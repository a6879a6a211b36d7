# What a machine needs besides the programs: the daemon's units and the example of its configuration.

install(FILES packaging/wmid.conf DESTINATION ${CMAKE_INSTALL_DATADIR}/openwmi)
install(FILES packaging/openwmi.socket DESTINATION lib/systemd/system)
install(FILES packaging/openwmi.sysusers DESTINATION lib/sysusers.d RENAME openwmi.conf)

# The unit names the program where it is installed.
install(CODE "
  file(READ \"${CMAKE_SOURCE_DIR}/packaging/openwmi.service\" unit)
  string(REPLACE \"/usr/local/bin/wmid\" \"\${CMAKE_INSTALL_PREFIX}/${CMAKE_INSTALL_BINDIR}/wmid\" unit \"\${unit}\")
  file(WRITE \"\$ENV{DESTDIR}\${CMAKE_INSTALL_PREFIX}/lib/systemd/system/openwmi.service\" \"\${unit}\")
")
