---@meta
-- Written by luatos for editors; do not edit.

---Tasks, timers and messages, with the interface of library version 2.4.0.
---
---任务、定时器与消息。
---@class sys
sys = {}

sys.SCRIPT_LIB_VER = "2.4.0"

---Prepares the system: checks PROJECT and VERSION, and logs them with the power-on reason.
---
---系统初始化：检查 PROJECT、VERSION，并输出开机原因。
---@param mode? number 1: turn the device off again if a charger has turned it on; default 0
---@param lprfun? any means nothing, as on the device
function sys.init(mode, lprfun) end

---Starts the GSM stack, after a power-on by charger.
---
---充电开机后启动 GSM 协议栈。
function sys.powerOn() end

---Publishes a message. It is delivered before the next event of a timer or socket is handled; but
---where subscribers publish in their turn, such events are handled after 1000 messages, so that tasks
---that publish to each other without end leave room for the rest.
---
---发布消息，可带任意参数。
---@param id string
---@param ... any its values, of which the nils at the end do not count
function sys.publish(id, ...) end

---Restarts the script.
---
---重启，须说明原因。
---@param reason any text or any other value, such as an error code; but not nil, false or ""
function sys.restart(reason) end

---Runs the loop. On the device it never returns; here it returns when no message can ever come, or when
---the run was ended from outside.
---
---运行消息循环，放在主脚本的末尾。
function sys.run() end

---Calls `callback(...)` for each message `id`; the same callback counts once.
---
---订阅消息，消息发布时调用回调函数。
---@param id string
---@param callback function|thread a thread is resumed with the id and the values
function sys.subscribe(id, callback) end

---Starts a task, which runs `fun(...)` at once until its first wait.
---An error in it is logged with its traceback and ends only this task.
---
---创建并启动一个任务，立即运行到它的第一次等待。
---@param fun fun(...: any)
---@param ... any its arguments
---@return thread
function sys.taskInit(fun, ...) end

---Asks for a live timer.
---
---查询定时器是否在运行。
---@param value number|function id, or what is called
---@param ... any the arguments of that function
---@return function|true|nil # for an id what is called, for a function true; nil if no such timer is live
function sys.timerIsActive(value, ...) end

---Calls `fn(...)` repeatedly, each time `ms` milliseconds after the last call has returned.
---
---启动循环定时器，单位毫秒。
---@param fn fun(...: any) runs outside any task
---@param ms number above 0; under 5 counts as 5
---@param ... any its arguments
---@return number # id
function sys.timerLoopStart(fn, ms, ...) end

---Calls `fn(...)` once after `ms` milliseconds. A live timer of the same function with the same
---arguments is stopped first.
---
---启动单次定时器，单位毫秒；函数和参数都相同的旧定时器会先停止。
---@param fn fun(...: any) runs outside any task
---@param ms number above 0; under 5 counts as 5
---@param ... any its arguments
---@return number # id
function sys.timerStart(fn, ms, ...) end

---Stops one timer, by its id or by its function and exactly its arguments. Unknown ones are ignored.
---
---停止一个定时器：按 id，或按函数及其参数。
---@param value number|function id, or what is called
---@param ... any the arguments of that function
function sys.timerStop(value, ...) end

---Stops every timer of a function.
---
---停止某个函数的所有定时器。
---@param fn fun(...: any)
function sys.timerStopAll(fn) end

---Ends a subscription; unknown ones are ignored.
---
---取消订阅消息。
---@param id string
---@param callback function|thread as for `sys.subscribe`
function sys.unsubscribe(id, callback) end

---Waits. Outside a task the loop runs meanwhile.
---
---任务延时，单位毫秒。
---@param ms number above 0; under 5 counts as 5
---@return any ... # nothing, or the values of a `coroutine.resume` that ended the wait early
function sys.wait(ms) end

---Waits until the message `id` is published.
---
---等待消息，可设超时；返回是否等到以及消息的参数。
---@param id string
---@param ms? number time limit; without one it waits indefinitely
---@return boolean # whether it was; false on timeout
---@return any ... # the message's values
function sys.waitUntil(id, ms) end

---Like `sys.waitUntil`, but returns the id in place of true.
---
---等待消息，等到时返回消息名及其参数，超时返回 false。
---@param id string
---@param ms? number time limit; without one it waits indefinitely
---@return string|false # the id, or false on timeout
---@return any ... # the message's values
function sys.waitUntilExt(id, ms) end

return sys
