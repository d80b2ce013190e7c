// For the few units that open sockets.
#pragma once
#include "logic_pch.hpp"

#include <boost/asio.hpp>
#include <boost/asio/ssl.hpp>
