#pragma once
#include "../../cmake/logic_pch.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
